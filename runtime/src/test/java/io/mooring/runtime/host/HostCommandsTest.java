package io.mooring.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostCommandsTest {
  private static final Deadline LONG = Deadline.after(Duration.ofMinutes(5));

  private final HostCommands commands = new HostCommands();

  @TempDir Path directory;

  private static Command shell(String script) {
    return Command.of("sh", "-c", script);
  }

  /** A zombie has ended; whether its entry goes away is a matter of the machine's first process. */
  static boolean runs(String pid) {
    Path stat = Path.of("/proc", pid, "stat");
    try {
      return !Files.readString(stat).replaceFirst(".*\\) ", "").startsWith("Z");
    } catch (IOException e) {
      return false; // no such process, or none any more
    }
  }

  @Test
  void bothStreamsAndTheExitCodeComeBack() {
    CommandResult result = commands.run(shell("echo out; echo err >&2; exit 3"), LONG);

    assertThat(result).isEqualTo(new CommandResult(3, "out\n", "err\n"));
  }

  @Test
  void whatSurvivesItsKillIsNotStartedAgainBeforeItHasEnded() throws IOException {
    HostCommands unkillable = new HostCommands(List.of(), process -> List.of("pid in the kernel"));
    Path started = directory.resolve("started");
    Path answer = directory.resolve("answer");
    Command stuck =
        shell("echo x >> %s; while [ ! -e %s ]; do sleep 0.02; done".formatted(started, answer));
    assertThatThrownBy(() -> unkillable.run(stuck, Deadline.after(Duration.ofMillis(500))))
        .hasMessageContaining("survives its kill");

    assertThatThrownBy(() -> unkillable.run(stuck, LONG))
        .hasMessageContaining("not started again")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.DEADLINE_EXCEEDED);
    assertThat(Files.readString(started)).isEqualTo("x\n");
    assertThat(unkillable.run(shell("echo another"), LONG).stdout()).isEqualTo("another\n");

    Files.createFile(answer);
    await().untilAsserted(() -> unkillable.run(stuck, LONG));
  }

  @Test
  void argumentsReachTheProgramUntouched() {
    CommandResult result =
        commands.run(Command.of("printf", "%s|", "a b", "$HOME", "'\"*", ""), LONG);

    assertThat(result.stdout()).isEqualTo("a b|$HOME|'\"*||");
  }

  @Test
  void everyByteComesThroughABinaryCommandAsItIs() {
    StringBuilder bytes = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      bytes.append(c);
    }
    Command echo = Command.of("cat").binary().withInput(bytes.toString());

    assertThat(commands.run(echo, LONG).stdout()).isEqualTo(bytes.toString());
    assertThat(
            commands.run(shell("head -c 4 /dev/zero | tr '\\0' '\\377'").binary(), LONG).stdout())
        .isEqualTo("\u00ff".repeat(4));
  }

  @Test
  void inputIsWrittenAndEnded() {
    String text = "line of input\n".repeat(20_000);

    assertThat(commands.run(Command.of("cat").withInput(text), LONG).stdout()).isEqualTo(text);
  }

  @Test
  void aProgramThatDoesNotReadItsInputIsNoFailure() {
    Command command = Command.of("true").withInput("x".repeat(1_000_000));

    assertThat(commands.run(command, LONG).succeeded()).isTrue();
  }

  @Test
  void withoutInputTheProgramReadsAnEmptyOne() {
    assertThat(commands.run(Command.of("cat"), LONG).stdout()).isEmpty();
  }

  @Test
  void theEnvironmentIsBare() {
    String environment = commands.run(Command.of("env"), LONG).stdout();

    assertThat(environment.lines().map(line -> line.substring(0, line.indexOf('='))))
        .containsExactlyInAnyOrder("LC_ALL", "PATH");
    assertThat(environment).contains("LC_ALL=C").contains("/usr/sbin");
  }

  @Test
  void moreOutputThanTheLimitIsCutAndDoesNotBlockTheChild() {
    CommandResult result =
        commands.run(
            shell(
                "head -c 6000000 /dev/zero | tr '\\0' o; head -c 100000 /dev/zero | tr '\\0' e >&2"),
            LONG);

    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).hasSize(4 * 1024 * 1024).matches("o+");
    assertThat(result.stderr()).hasSize(64 * 1024).matches("e+");
  }

  @Test
  void aSignalIsTheExitCode128PlusItsNumber() {
    assertThat(commands.run(shell("kill -9 $$"), LONG).exitCode()).isEqualTo(137);
  }

  @Test
  void aMissingProgramIsNamedWithTheRemedy() {
    assertThatThrownBy(() -> commands.run(Command.of("no-such-program", "x"), LONG))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(Kind.FAILED_PRECONDITION);
              assertThat(failure.sentence())
                  .isEqualTo("the program no-such-program is missing; install it on this host");
            });
    assertThatThrownBy(() -> commands.run(Command.of("/opt/no-such-program"), LONG))
        .hasMessageContaining("no-such-program is missing");
  }

  @Test
  void aPrefixRunsTheProgramAndTellsWhenItIsMissing() {
    HostCommands prefixed = new HostCommands(List.of("env", "PREFIXED=yes"));

    assertThat(prefixed.run(shell("echo $PREFIXED"), LONG).stdout()).isEqualTo("yes\n");
    assertThatThrownBy(() -> prefixed.run(Command.of("no-such-program"), LONG))
        .hasMessageContaining("the program no-such-program is missing");
  }

  @Test
  void atTheDeadlineTheChildAndItsChildrenAreEnded() throws Exception {
    Path pids = directory.resolve("pids");
    Command command =
        shell("sleep 300 & echo $! > " + pids + "; echo $$ >> " + pids + "; wait; echo never");

    assertThatThrownBy(() -> commands.run(command, Deadline.after(Duration.ofMillis(500))))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
              assertThat(failure.sentence()).contains("sh was killed").contains("0.5 s");
            });
    List<String> started = Files.readAllLines(pids);
    assertThat(started).hasSize(2);
    assertThat(started).noneMatch(HostCommandsTest::runs);
  }

  @Test
  void aChildThatIgnoresTermIsKilled() throws Exception {
    Path pid = directory.resolve("pid");
    Command command = shell("trap '' TERM; echo $$ > " + pid + "; while :; do sleep 0.2; done");

    assertThatThrownBy(() -> commands.run(command, Deadline.after(Duration.ofMillis(500))))
        .hasMessageContaining("sh was killed");
    assertThat(runs(Files.readString(pid).strip())).isFalse();
  }

  @Test
  void withoutTimeNothingIsStarted() {
    Path trace = directory.resolve("trace");

    assertThatThrownBy(() ->
            commands.run(Command.of("touch", trace.toString()), Deadline.after(Duration.ZERO)))
        .hasMessageContaining("touch was not started");
    assertThat(trace).doesNotExist();
  }

  @Test
  void aDaemonLeftBehindDoesNotHoldTheResultBack() throws Exception {
    long before = System.nanoTime();
    CommandResult result = commands.run(shell("echo done; sleep 30 & echo $!"), LONG);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    List<String> lines = result.stdout().lines().toList();
    assertThat(lines).startsWith("done");
    ProcessHandle.of(Long.parseLong(lines.get(1))).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void anInterruptEndsTheChildAndStaysSet() throws Exception {
    Path pid = directory.resolve("pid");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> stillSet = new AtomicReference<>(false);
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                commands.run(shell("echo $$ > " + pid + "; exec sleep 300"), LONG);
              } catch (Failure e) {
                thrown.set(e);
                stillSet.set(Thread.currentThread().isInterrupted());
              }
            });
    await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());

    caller.interrupt();
    caller.join();

    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(stillSet.get()).isTrue();
    assertThat(runs(Files.readString(pid).strip())).isFalse();
  }
}
