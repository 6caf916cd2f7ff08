package io.mooring.e2e.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private static final String FIRST = "2dd329bc-7412-4511-89ad-89ae5d1cfae3";
  private static final String SECOND = "41fbe7ce-ad64-4b67-92e0-5c9bc79b00a2";

  @TempDir private Path folder;

  @Test
  void aMachineThatHasNotWrittenIsNotReady() {
    Console console = new Console(folder.resolve("console.log"));

    assertThat(console.position()).isZero();
    assertThat(console.readySince(0)).isEmpty();
  }

  @Test
  void onlyAStartAfterThePositionCounts() throws IOException {
    Path log = folder.resolve("console.log");
    Console console = new Console(log);
    Files.writeString(log, "\u001b[!p\u001b]104\u0007lab-ready " + FIRST + "\r\n");
    assertThat(console.readySince(0)).contains(FIRST);

    long restart = console.position();
    assertThat(console.readySince(restart)).isEmpty();
    Files.writeString(log, "reboot\r\nlab-ready " + SECOND + "\r\n", StandardOpenOption.APPEND);

    assertThat(console.readySince(restart)).contains(SECOND);
  }

  @Test
  void anAnnouncedFailureIsNotWaitedFor() throws IOException {
    Path log = folder.resolve("console.log");
    Files.writeString(log, "lab-failed: systemctl status lab-ready\r\n");

    assertThatThrownBy(() -> new Console(log).readySince(0))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(log.toString());
  }
}
