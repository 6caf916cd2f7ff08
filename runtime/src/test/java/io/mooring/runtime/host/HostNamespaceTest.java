package io.mooring.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostNamespaceTest {
  private static final Deadline LONG = Deadline.after(Duration.ofMinutes(5));

  /** Notes its options, and runs the rest as nsenter does: in its own place. */
  private static final String NSENTER =
      """
      #!/bin/sh
      while [ "$1" != -- ]; do echo "$1" >> "${0%/*}/options"; shift; done
      shift
      exec "$@"
      """;

  @TempDir Path directory;
  private HostCommands entering;

  private static HostNamespace namespace(String... args) {
    return HostNamespace.of(Settings.load(List.of(HostNamespace.OPTION), args, Map.of()));
  }

  private static Command shell(String script) {
    return Command.of("sh", "-c", script);
  }

  @BeforeEach
  void anNsenterThatCanBeWatched() throws Exception {
    Path nsenter = Files.writeString(directory.resolve("nsenter"), NSENTER);
    Files.setPosixFilePermissions(nsenter, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> prefix =
        new ArrayList<>(namespace("--host-mount-namespace=/proc/1/ns/mnt").prefix());
    prefix.set(0, nsenter.toString());
    entering = new HostCommands(prefix);
  }

  @Test
  void onTheHostItselfNothingComesBeforeACommand() {
    assertThat(namespace()).isEqualTo(new HostNamespace(Optional.empty()));
    assertThat(namespace().prefix()).isEmpty();
    assertThat(namespace().root()).isEqualTo(Path.of("/"));
  }

  @Test
  void inAContainerCommandsEnterTheHostsMountsAndSemaphores() throws Exception {
    HostNamespace host = namespace("--host-mount-namespace=/proc/1/ns/mnt");

    assertThat(host.prefix())
        .containsExactly(
            "nsenter", "--mount=/proc/1/ns/mnt", "--ipc=/proc/1/ns/ipc", "--", "/usr/bin/env");
    assertThat(host.root()).isEqualTo(Path.of("/proc/1/root"));
    assertThat(entering.run(shell("echo \"$0 is run\""), LONG).stdout()).isEqualTo("sh is run\n");
    assertThat(directory.resolve("options"))
        .hasContent("--mount=/proc/1/ns/mnt\n--ipc=/proc/1/ns/ipc");
  }

  @Test
  void whatIsNoMountNamespaceIsRefused() {
    for (String wrong : List.of("/proc/1/ns/net", "/proc/self/ns/mnt", "host", "/host")) {
      assertThatThrownBy(() -> namespace("--host-mount-namespace", wrong))
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
          .hasMessageContaining("host-mount-namespace = '" + wrong + "'")
          .hasMessageContaining("/proc/1/ns/mnt");
    }
  }

  @Test
  void exitCodesOutputInputAndArgumentsPassThrough() {
    assertThat(entering.run(shell("cat; echo err >&2; exit 21").withInput("in"), LONG))
        .isEqualTo(new CommandResult(21, "in", "err\n"));
    assertThat(entering.run(shell("kill -9 $$"), LONG).exitCode()).isEqualTo(137);
    assertThat(entering.run(Command.of("printf", "%s|", "a b", "--", "$HOME", ""), LONG).stdout())
        .isEqualTo("a b|--|$HOME||");
  }

  @Test
  void noProgramIsRunByItsNameAlone() {
    // busybox's nsenter, which the images have, would take its own program of that name.
    assertThat(namespace("--host-mount-namespace=/proc/1/ns/mnt").prefix().getLast())
        .startsWith("/");
  }

  @Test
  void aProgramThatTheHostLacksIsNamed() {
    assertThatThrownBy(() -> entering.run(Command.of("no-such-program"), LONG))
        .hasMessage("the program no-such-program is missing; install it on this host");
  }

  @Test
  void atTheDeadlineTheHostsProgramIsKilledWithItsChildren() throws Exception {
    Path pids = directory.resolve("pids");
    Command command = shell("sleep 300 & echo $! > " + pids + "; echo $$ >> " + pids + "; wait");

    assertThatThrownBy(() -> entering.run(command, Deadline.after(Duration.ofMillis(500))))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED))
        .hasMessageContaining("sh was killed");
    assertThat(Files.readAllLines(pids)).hasSize(2).noneMatch(HostCommandsTest::runs);
  }
}
