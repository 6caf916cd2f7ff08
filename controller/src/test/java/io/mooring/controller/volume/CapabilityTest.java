package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityTest {
  private static Capability mount(String fsType) {
    return new Capability(new AccessType.FileSystem(fsType), AccessMode.SINGLE_NODE_WRITER);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "SINGLE_NODE_.*")
  void singleNodeModesAreOffered(AccessMode mode) {
    assertThat(new Capability(new AccessType.FileSystem("ext4"), mode).objection()).isEmpty();
    assertThat(new Capability(new AccessType.Block(), mode).objection()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "MULTI_NODE_.*")
  void aFileSystemOnSeveralNodesIsRefusedWithAReason(AccessMode mode) {
    assertThat(new Capability(new AccessType.FileSystem(""), mode).objection().orElseThrow())
        .contains(mode.name(), "destroyed", "ReadWriteOnce");
  }

  @Test
  void aRawDeviceMayBeOnSeveralNodes() {
    assertThat(block(AccessMode.MULTI_NODE_MULTI_WRITER).objection()).isEmpty();
    assertThat(block(AccessMode.MULTI_NODE_READER_ONLY).objection()).isEmpty();
    assertThat(block(AccessMode.MULTI_NODE_SINGLE_WRITER).objection().orElseThrow())
        .contains("MULTI_NODE_SINGLE_WRITER", "ReadWriteMany");
  }

  private static Capability block(AccessMode mode) {
    return new Capability(new AccessType.Block(), mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ext4", "xfs", "btrfs"})
  void theseFileSystemsAreOffered(String fsType) {
    assertThat(mount(fsType).objection()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext3", "XFS", "ext4 ", "ntfs"})
  void otherFileSystemsAreRefusedWithTheList(String fsType) {
    assertThat(mount(fsType).objection().orElseThrow()).contains(fsType, "ext4", "xfs", "btrfs");
  }

  @Test
  void aVolumeTooSmallForXfsIsRefusedForXfsOnly() {
    long small = 100L << 20;

    assertThat(mount("xfs").objection(small).orElseThrow()).contains("314572800", "104857600");
    assertThat(mount("xfs").objection(300L << 20)).isEmpty();
    assertThat(mount("ext4").objection(small)).isEmpty();
  }

  @Test
  void aVolumeForBtrfsHasRoomForTwoCopiesOfEverything() {
    assertThat(mount("btrfs").objection(255L << 20).orElseThrow()).contains("btrfs", "268435456");
    assertThat(mount("btrfs").objection(256L << 20)).isEmpty();
  }

  @Test
  void theMostDemandingUseDecidesTheMinimum() {
    assertThat(Capability.minimumBytes(List.of(mount("ext4"), mount("xfs")))).isEqualTo(300L << 20);
    assertThat(Capability.minimumBytes(List.of(mount("ext4")))).isZero();
    assertThat(Capability.minimumBytes(List.of())).isZero();
  }

  @Test
  void onlyReaderModesReadOnly() {
    assertThat(AccessMode.SINGLE_NODE_READER_ONLY.readOnly()).isTrue();
    assertThat(AccessMode.SINGLE_NODE_WRITER.readOnly()).isFalse();
    assertThat(AccessMode.SINGLE_NODE_MULTI_WRITER.readOnly()).isFalse();
  }
}
