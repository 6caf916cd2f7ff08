package io.mooring.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Output that is read while the child runs. */
@Timeout(60)
class StreamedChildTest {
  private static final Deadline LONG = Deadline.after(Duration.ofMinutes(5));

  private final HostCommands commands = new HostCommands();

  @TempDir Path directory;

  private static Command shell(String script) {
    return Command.of("sh", "-c", script);
  }

  private static Command remembering(Path pid, String script) {
    return shell("echo $$ > " + pid + "; " + script);
  }

  private static boolean runs(Path pid) throws IOException {
    return HostCommandsTest.runs(Files.readString(pid).strip());
  }

  private static Kind kind(Throwable thrown) {
    return ((Failure) thrown).kind();
  }

  @Test
  void moreThanIsEverKeptIsReadToItsEnd() {
    AtomicLong count = new AtomicLong();

    CommandResult result =
        commands.stream(
            shell("head -c 9000000 /dev/zero; echo said >&2; exit 3"),
            LONG,
            stdout -> count.set(stdout.transferTo(OutputStream.nullOutputStream())));

    assertThat(count).hasValue(9_000_000);
    assertThat(result).isEqualTo(new CommandResult(3, "", "said\n"));
  }

  @Test
  void whatIsPrintedIsReadBeforeTheChildEnds() {
    Path seen = directory.resolve("seen");

    CommandResult result =
        commands.stream(
            shell("echo first; while ! test -e " + seen + "; do sleep 0.02; done"),
            LONG,
            stdout -> {
              assertThat(stdout.readNBytes(6))
                  .asString(StandardCharsets.UTF_8)
                  .isEqualTo("first\n");
              Files.createFile(seen);
            });

    assertThat(result.succeeded()).isTrue();
  }

  @Test
  void aChildWaitsForItsReader() {
    Path end = directory.resolve("end");

    commands.stream(
        shell("head -c 1000000 /dev/zero; touch " + end),
        LONG,
        stdout -> {
          assertThat(stdout.readNBytes(100_000)).hasSize(100_000);
          assertThat(end).doesNotExist();
        });

    assertThat(end).exists();
  }

  @Test
  void aReaderThatThrowsEndsTheChild() throws IOException {
    Path pid = directory.resolve("pid");
    Failure stop = Failure.unavailable("the caller has gone");

    assertThatThrownBy(() ->
            commands.stream(
                remembering(pid, "echo x; exec sleep 300"),
                LONG,
                stdout -> {
                  assertThat(stdout.read()).isEqualTo('x');
                  throw stop;
                }))
        .isSameAs(stop);
    assertThat(runs(pid)).isFalse();
  }

  /** Nobody waits for the next line when nobody wants it. */
  @Test
  void aSilentChildIsEndedWhenItsOutputIsNotWanted() throws IOException {
    Path pid = directory.resolve("pid");
    Failure stop = Failure.unavailable("the caller has gone");
    OutputReader reader =
        new OutputReader() {
          @Override
          public void read(InputStream stdout) throws IOException {
            assertThat(stdout.read()).isEqualTo(-1);
          }

          @Override
          public void requireWanted() {
            if (Files.exists(pid)) {
              throw stop;
            }
          }
        };

    assertThatThrownBy(() -> commands.stream(remembering(pid, "exec sleep 300"), LONG, reader))
        .isSameAs(stop);
    assertThat(runs(pid)).isFalse();
  }

  @Test
  void atTheDeadlineTheChildIsEndedAndTheReaderToo() throws IOException {
    Path pid = directory.resolve("pid");

    assertThatThrownBy(() ->
            commands.stream(
                remembering(pid, "echo x; exec sleep 300"),
                Deadline.after(Duration.ofMillis(500)),
                InputStream::readAllBytes))
        .satisfies(thrown -> assertThat(kind(thrown)).isEqualTo(Kind.DEADLINE_EXCEEDED))
        .hasMessageContaining("sh was killed");
    assertThat(runs(pid)).isFalse();
  }

  @Test
  void outputThatCannotBeReadIsAFailureOfAChildThatSucceedsOnly() {
    OutputReader unreadable =
        stdout -> {
          throw new IOException("no end");
        };

    assertThatThrownBy(() -> commands.stream(shell("echo x"), LONG, unreadable))
        .satisfies(thrown -> assertThat(kind(thrown)).isEqualTo(Kind.INTERNAL))
        .hasMessage(
            "the output of sh cannot be read (no end); look at the version of this host's sh");
    assertThat(commands.stream(shell("echo no >&2; exit 1"), LONG, unreadable))
        .isEqualTo(new CommandResult(1, "", "no\n"));
  }

  @Test
  void aMissingProgramBehindAPrefixIsNamed() {
    HostCommands prefixed = new HostCommands(List.of("env"));

    assertThatThrownBy(() ->
            prefixed.stream(
                Command.of("no-such-program"),
                LONG,
                stdout -> {
                  throw new IOException("it says nothing");
                }))
        .hasMessage("the program no-such-program is missing; install it on this host");
  }
}
