package io.mooring.e2e.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SanityReportTest {
  @TempDir Path folder;

  @Test
  void aSkipThatNothingExplainsIsTold() throws IOException {
    SanityReport report =
        read(
            """
            <testcase name="[It] Controller Service should pass"/>
            <testcase name="[It] CreateSnapshot should succeed when creating a snapshot with accessibility requirements">
              <skipped message="skipped - SNAPSHOT_ACCESSIBILITY_CONSTRAINTS not supported"/>
            </testcase>
            <testcase name="[It] ListVolumes pagination should detect volumes added between pages and accept tokens when the last volume from a page is deleted">
              <skipped message="pending"/>
            </testcase>
            <testcase name="[It] ModifyVolume should work"><skipped message="skipped - Modify volume not supported"/></testcase>
            """);

    assertThat(report.passed()).isEqualTo(1);
    assertThat(report.skipped()).hasSize(3);
    assertThat(report.unexplained()).containsExactly("[It] ModifyVolume should work");
    assertThat(report.notAsked()).isZero();
  }

  @Test
  void aTestThatWasNotAskedForIsNoSkip() throws IOException {
    SanityReport report =
        read(
            """
            <testcase name="[It] Node Service should work"/>
            <testcase name="[It] Controller Service should work"><skipped message="skipped"/></testcase>
            <testcase name="[It] Node Service should fail"><failure message="it did not"/></testcase>
            """);

    assertThat(report.skipped()).isEmpty();
    assertThat(report.unexplained()).isEmpty();
    assertThat(report.notAsked()).isEqualTo(1);
    assertThat(report.failed()).containsExactly("[It] Node Service should fail");
  }

  private SanityReport read(String cases) throws IOException {
    Path file = folder.resolve("junit.xml");
    return SanityReport.read(
        Files.writeString(file, "<testsuites><testsuite>" + cases + "</testsuite></testsuites>"));
  }
}
