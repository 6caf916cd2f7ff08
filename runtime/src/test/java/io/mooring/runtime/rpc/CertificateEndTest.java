package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever watches a certificate sees the one that is used. */
class CertificateEndTest {
  private static final TestCertificates AUTHORITY = TestCertificates.authority("mooring test");

  @TempDir Path directory;

  private static double in(Duration time) {
    return Instant.now().plus(time).getEpochSecond();
  }

  @Test
  void theEndFollowsTheFilesAndUnusableOnesDoNotCount() throws IOException {
    TlsFiles files = AUTHORITY.issueExpired(directory, "agent");
    CertificateEnd end = new CertificateEnd(files);
    assertThat(end.now()).isCloseTo(in(Duration.ofHours(-1)), within(60.0));

    AUTHORITY.issue(directory, "agent");
    assertThat(end.now()).isCloseTo(in(Duration.ofDays(30)), within(60.0));

    Files.writeString(files.certificate(), "no certificate");
    assertThat(end.now()).isCloseTo(in(Duration.ofDays(30)), within(60.0));
  }

  @Test
  void whereThereIsNoCertificateYetThereIsNoNumber() {
    Path missing = directory.resolve("later");
    CertificateEnd end =
        new CertificateEnd(
            new TlsFiles(
                missing.resolve("agent.crt"),
                missing.resolve("agent.key"),
                missing.resolve("ca.crt")));
    assertThat(end.now()).isNaN();

    AUTHORITY.issue(missing, "agent");
    assertThat(end.now()).isCloseTo(in(Duration.ofDays(30)), within(60.0));
  }
}
