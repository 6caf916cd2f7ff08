package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fs.Content;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is formatted that is not proven blank. */
class FormatTest {
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

  @Test
  void aBlankVolumeIsFormattedOnce() {
    node.stage(EXT4);
    node.unstage();
    node.stage(EXT4);
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @Test
  void aFileSystemThatIsThereIsCheckedAndKept() {
    node.lun.holding(new Content.Formatted("ext4", "1"));
    node.stage(EXT4);
    assertThat(node.lun.formats()).isZero();
    assertThat(node.host.faults().count("fileSystems.check")).isEqualTo(1);
  }

  @Test
  void anotherFileSystemIsRefused() {
    node.lun.holding(new Content.Formatted("xfs", "1"));
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "xfs", "ext4");
    assertThat(node.lun.formats()).isZero();
    assertThat(node.clean()).as("the kubelet does not unstage it").isTrue();
  }

  @Test
  void whatCouldNotBeTakenAwayAfterAFailureGoesAfterTheNext() {
    node.lun.holding(new Content.Formatted("xfs", "1"));
    node.host.faults().failNext("disks.delete", 2, Failure.unavailable("it is busy"));
    // Of a failure for good the kubelet would believe that there is nothing to unstage.
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "xfs", "it is busy");
    assertThat(node.clean()).isFalse();
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "xfs");
    assertThat(node.clean()).isTrue();
  }

  @Test
  void dataWithoutAKnownSignatureIsRefused() {
    node.lun.holding(new Content.Unknown("data near byte 0"));
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "data near byte 0");
    assertThat(node.lun.formats()).isZero();
  }

  @Test
  void anUnreadableVolumeIsUnavailableAndNeverFormatted() {
    node.lun.setUnreadable(true);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4));
    assertThat(node.lun.formats()).isZero();
    assertThat(node.host.mounts().table()).isEmpty();
    node.lun.setUnreadable(false);
    node.stage(EXT4);
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @Test
  void anMkfsThatHasBegunIsNotBrokenOffWhenTheCallsTimeIsOver() {
    node.stage(EXT4);
    assertThat(node.host.timeForFormat()).isGreaterThan(Duration.ofMinutes(5));
  }

  @Test
  void aFailedProbeIsNoProofOfBlankness() {
    node.host.faults().failNext("fileSystems.probe", 1, Failure.unavailable("read error"));
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "read error");
    assertThat(node.lun.formats()).isZero();
  }

  @Test
  void whatWasFormattedAndReadsBlankNowIsRefused() {
    node.stage(EXT4);
    node.host.mounts().unmount(node.staging(), NodeUnderTest.soon());
    node.lun.holding(new Content.Blank());
    for (int tries = 0; tries < 3; tries++) {
      assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "reads blank now");
    }
    assertThat(node.lun.formats()).isEqualTo(1);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasWrittenBeforeAndReadsBlankIsRefused(boolean encrypted) {
    PublishContext blank = NodeUnderTest.context(VOLUME, LUN);
    PublishContext context =
        new PublishContext(
            blank.identity(),
            blank.sizeBytes(),
            false,
            false,
            blank.targets(),
            blank.limits(),
            0,
            true);
    Optional<Passphrases> keys =
        encrypted ? Optional.of(new Passphrases("word", Optional.empty())) : Optional.empty();
    StageRequest request = new StageRequest(VOLUME, context, node.staging(), EXT4, List.of(), keys);

    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(request), "was written to before");
    assertThat(node.lun.formats()).isZero();
    assertThat(node.clean()).isTrue();

    node.lun.holding(new Content.Formatted("ext4", "1"));
    if (!encrypted) {
      node.stage(request);
    }
  }

  @Test
  void aMountThatFailsForGoodLeavesNothingButTheMarkOfTheFileSystem() {
    node.host.faults().failNext("mounts.mount", 1, Failure.internal("bad option"));
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), "bad option");
    assertThat(node.host.allDisks()).isEmpty();
    assertThat(node.host.maps().all()).isEmpty();
    assertThat(node.host.registeredWwids()).isEmpty();
    node.lun.holding(new Content.Blank());
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "reads blank now");
  }

  @Test
  void aMountThatMayGoWellLaterLeavesWhatItsRetryGoesOnFrom() {
    node.host.faults().failNext("mounts.mount", 1, Failure.unavailable("try again"));
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "try again");
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void aBlankVolumeThatIsPublishedReadOnlyIsRefused() {
    node.lun.makeReadOnly();
    PublishContext context =
        new PublishContext(
            VOLUME.identity(), SIZE, true, false, NodeUnderTest.context(VOLUME, LUN).targets());
    StageRequest request = new StageRequest(VOLUME, context, node.staging(), EXT4);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(request), "read-only");
    assertThat(node.lun.formats()).isZero();
  }

  @Test
  void aMkfsThatOutlivedItsProcessIsWaitedFor() {
    node.stage(NodeUnderTest.BLOCK);
    node.host.setOpeners(VOLUME.wwid(), 1);
    node.tracking().remove(VOLUME);
    node.restart();
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "in use");
    assertThat(node.lun.formats()).isZero();
    node.host.setOpeners(VOLUME.wwid(), 0);
    node.stage(EXT4);
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @Test
  void whoLooksAtABlankVolumeForAMomentIsWaitedFor() throws Exception {
    node.stage(NodeUnderTest.BLOCK);
    node.host.setOpeners(VOLUME.wwid(), 1);
    node.tracking().remove(VOLUME);
    node.restart();
    int probes = node.host.faults().count("fileSystems.probe");
    Thread udev =
        Thread.ofVirtual()
            .start(() -> {
              while (node.host.faults().count("fileSystems.probe") == probes) {
                Thread.onSpinWait();
              }
              node.host.setOpeners(VOLUME.wwid(), 0);
            });
    node.stage(EXT4);
    udev.join();
    assertThat(node.lun.formats()).isEqualTo(1);
  }
}
