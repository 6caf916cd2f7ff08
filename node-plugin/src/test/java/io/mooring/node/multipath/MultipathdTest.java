package io.mooring.node.multipath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipathdTest {
  private static final String NOBODY = "/org/mooring/test/nobody-listens-here";

  @TempDir Path directory;

  private Multipathd multipathd() {
    return new Multipathd(NOBODY, directory.resolve("socket"));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(500));
  }

  private FakeDaemon daemon(String answer) throws Exception {
    return new FakeDaemon(directory.resolve("socket"), command -> answer);
  }

  @Test
  void aCommandIsItsLengthAndItsTextWithAFinalNul() {
    String length = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "0c00000000000000" : "";
    assertThat(HexFormat.of().formatHex(Multipathd.frame("show daemon")))
        .startsWith(length)
        .endsWith("73686f77206461656d6f6e00");
  }

  @Test
  void anAnswerIsReadWholeAlsoWhenItIsLarge() throws Exception {
    String large = "0123456789".repeat(100_000);
    try (FakeDaemon daemon = daemon(large)) {
      assertThat(multipathd().ask("show config", soon())).isEqualTo(large);
      assertThat(daemon.asked()).containsExactly("show config");
    }
  }

  @Test
  void everyCommandHasItsOwnConnection() throws Exception {
    try (FakeDaemon daemon = new FakeDaemon(directory.resolve("socket"), c -> "re: " + c)) {
      Multipathd multipathd = multipathd();
      assertThat(multipathd.ask("show daemon", soon())).isEqualTo("re: show daemon");
      assertThat(multipathd.ask("show status", soon())).isEqualTo("re: show status");
      assertThat(daemon.asked()).hasSize(2);
    }
  }

  @Test
  void aDaemonThatIsNotThereIsUnavailable() {
    assertFails(Kind.UNAVAILABLE, "start multipathd.service");
  }

  @Test
  void aDaemonThatHangsUpIsUnavailable() throws Exception {
    try (FakeDaemon daemon = daemon(FakeDaemon.HANG_UP)) {
      assertFails(Kind.UNAVAILABLE, "hung up");
      assertThat(daemon.asked()).hasSize(1);
    }
  }

  @Test
  void aDaemonThatKeepsSilentEndsAtTheDeadline() throws Exception {
    try (FakeDaemon daemon = daemon(FakeDaemon.SILENCE)) {
      assertFails(Kind.DEADLINE_EXCEEDED, "show daemon");
      assertThat(daemon.asked()).hasSize(1);
    }
  }

  @Test
  void aSocketThatNobodyServesAnyMoreIsUnavailable() throws Exception {
    daemon("").close();
    assertFails(Kind.UNAVAILABLE, "start multipathd.service");
  }

  private void assertFails(Kind kind, String words) {
    assertThatThrownBy(() -> multipathd().ask("show daemon", soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(words)
        .extracting("kind")
        .isEqualTo(kind);
  }
}
