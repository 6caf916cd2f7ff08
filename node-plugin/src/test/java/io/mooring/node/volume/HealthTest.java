package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.NodeUnderTest.XFS;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fs.Content;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void stageAVolume() {
    node = new NodeUnderTest(directory);
    node.stage(EXT4);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private List<Health.Finding> volume() {
    return node.volumes().health().of(VOLUME);
  }

  private List<Health.Finding> targets() {
    return node.volumes().health().ofTargets();
  }

  @Test
  void aWholeVolumeHasNoFinding() {
    assertThat(volume()).isEmpty();
    assertThat(targets()).isEmpty();
  }

  @Test
  void aDeadPathDegradesItAndItsTarget() {
    node.host.cut(B);

    assertThat(volume())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Health.Severity.DEGRADED);
          assertThat(finding.reason()).isEqualTo("PathsMissing");
          assertThat(finding.sentence()).contains("1 of its 2 paths", B.toString());
        });
    assertThat(targets()).singleElement().matches(one -> one.reason().equals("PortalsDown"));
  }

  @Test
  void withoutAPathItIsInaccessible() {
    node.host.cut(A);
    node.host.cut(B);

    assertThat(volume()).singleElement().matches(one -> one.reason().equals("NoPath"));
    assertThat(targets()).singleElement().matches(one -> one.reason().equals("TargetUnreachable"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ro", "rw,emergency_ro", "rw,shutdown"})
  void aFileSystemThatTheKernelHasStoppedIsInaccessible(String options) {
    node.host.ailments().superOptions(node.staging(), options);

    assertThat(volume())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Health.Severity.INACCESSIBLE);
          assertThat(finding.reason()).isEqualTo("FileSystemReadOnly");
        });
  }

  @Test
  void anXfsIsAskedSinceMountinfoSaysNothing() {
    node.unstage();
    node.lun.holding(new Content.Blank());
    node.stage(XFS);
    assertThat(volume()).isEmpty();

    node.host.ailments().shutDown(node.staging());

    assertThat(volume()).singleElement().matches(one -> one.reason().equals("FileSystemReadOnly"));
  }

  @Test
  void nothingThatLooksTouchesADevice() {
    int calls = node.host.faults().journal().size();

    volume();
    targets();

    assertThat(node.host.faults().journal()).hasSize(calls);
  }

  @Test
  void whatIsNotStagedHereIsNotFound() {
    assertRefused(Kind.NOT_FOUND, () -> node.volumes().health().of(OTHER), "not staged");
  }
}
