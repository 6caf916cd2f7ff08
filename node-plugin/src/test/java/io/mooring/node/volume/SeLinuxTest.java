package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeLinuxTest {
  private static final String LABEL = "system_u:object_r:container_file_t:s0:c12,c345";
  private static final String OTHER = "system_u:object_r:container_file_t:s0:c1,c2";

  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private static Access labelled(String label) {
    return new Access.FileSystem(FsType.EXT4, List.of("noatime", "context=\"" + label + "\""));
  }

  private List<Mount> staged() {
    return node.host.mounts().at(node.staging());
  }

  @Test
  void theMountHasTheContextAndStagingAgainDoesNothing() {
    node.stage(labelled(LABEL));
    node.stage(labelled(LABEL));
    node.publish(labelled(LABEL));
    assertThat(staged())
        .singleElement()
        .satisfies(mount -> assertThat(mount.superOptions()).contains(LABEL));
    assertThat(node.host.mounts().at(node.target())).hasSize(1);
  }

  @Test
  void stagedWithOneContextIsNotStagedWithAnother() {
    node.stage(labelled(LABEL));
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(labelled(OTHER)), LABEL, "unstage");
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(EXT4), LABEL, "unstage");
    assertThat(staged().getFirst().superOptions()).contains(LABEL);
  }

  @Test
  void aMountWhoseRecordIsLostIsNotTakenForOneOfAnotherContext() {
    node.stage(labelled(LABEL));
    node.tracking().remove(NodeUnderTest.VOLUME);
    node.restart();
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(labelled(OTHER)), LABEL, "unstage");
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(EXT4), LABEL, "unstage");
    node.stage(labelled(LABEL));
  }

  @Test
  void aMountThatACrashLeftGetsTheContextThatIsAskedForNow() {
    node.stage(labelled(LABEL));
    TrackedVolume tracked = node.tracking().get(NodeUnderTest.VOLUME).orElseThrow();
    node.tracking().put(tracked.in(Phase.STAGING));
    node.restart();
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(NodeUnderTest.BLOCK), LABEL, "unstage");
    node.stage(labelled(OTHER));
    assertThat(staged())
        .singleElement()
        .satisfies(mount -> assertThat(mount.superOptions()).contains(OTHER));
    node.stage(labelled(OTHER));
  }

  @Test
  void aContextThatMountLeavesOutIsRefusedAndNothingStaysMounted() {
    node.host.forgetSeLinux();
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.stage(labelled(LABEL)), LABEL, "seLinuxMount");
    assertThat(staged()).isEmpty();
    node.stage(EXT4);
  }

  @Test
  void aPodOfAnotherContextDoesNotGetTheMount() {
    node.stage(labelled(LABEL));
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.publish(labelled(OTHER)), LABEL, OTHER, "unstage");
    assertThat(node.target()).doesNotExist();
    node.publish(EXT4);
  }

  @Test
  void aVolumeWithoutAContextIsNotPublishedWithOne() {
    node.stage(EXT4);
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.publish(labelled(LABEL)), "no SELinux context");
  }

  @Test
  void anUnmountThatFailsAfterTheContextWasLeftOutIsTriedAgain() {
    node.host.forgetSeLinux();
    node.host.faults().failNext("mounts.unmount", 1, Failure.failedPrecondition("target is busy"));
    // What this stage made is taken away again, as far as that goes.
    node.host.faults().failNext("mounts.unmount", 2, Failure.failedPrecondition("still busy"));
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(labelled(LABEL)), "busy");
    assertThat(staged()).hasSize(1);
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.stage(labelled(LABEL)), LABEL, "seLinuxMount");
    assertThat(staged()).isEmpty();
  }
}
