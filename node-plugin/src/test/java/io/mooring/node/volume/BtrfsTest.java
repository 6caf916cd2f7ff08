package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BTRFS;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.fs.Content;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel knows a btrfs by its fsid, so each volume has one of its own. */
class BtrfsTest {
  private static final UUID OWN = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final Content ORIGIN =
      new Content.Formatted("btrfs", "fedcba98-7654-3210-fedc-ba9876543210");
  private static final int OTHER_LUN = 8;

  @TempDir Path directory;
  NodeUnderTest node;
  private final FakeLun other = new FakeLun(OTHER.serial(), SIZE);

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
    node.host.targets().map(IQN, OTHER_LUN, other);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private void stageOther() {
    node.stage(
        new StageRequest(
            OTHER, NodeUnderTest.context(OTHER, OTHER_LUN), directory.resolve("other"), BTRFS));
  }

  private StageRequest readOnly() {
    PublishContext context =
        new PublishContext(
            VOLUME.identity(), SIZE, true, false, NodeUnderTest.context(VOLUME, LUN).targets());
    return new StageRequest(VOLUME, context, node.staging(), BTRFS);
  }

  private static Content btrfs(UUID fsid) {
    return new Content.Formatted("btrfs", fsid.toString());
  }

  @Test
  void aNewVolumeIsKnownByItsSerial() {
    node.stage(BTRFS);
    assertThat(node.lun.content()).isEqualTo(btrfs(OWN));
    assertThat(node.host.fsids().mounted(OWN)).containsExactly(node.map().dmName());
  }

  @Test
  void aVolumeThatHasItsFsidKeepsIt() {
    node.stage(BTRFS);
    node.unstage();
    assertThat(node.clean()).isTrue();
    node.stage(BTRFS);
    assertThat(node.lun.formats()).isEqualTo(1);
    assertThat(node.host.faults().count("fsids.change")).isEqualTo(1);
  }

  @Test
  void aCopyIsMountedBesideItsOrigin() {
    other.holding(ORIGIN);
    stageOther();
    node.lun.holding(other.content());
    node.stage(BTRFS);
    assertThat(node.lun.content()).isEqualTo(btrfs(OWN));
    assertThat(other.content()).isEqualTo(ORIGIN);
    assertThat(node.host.mounts().table()).hasSize(2);
  }

  @Test
  void anOriginIsMountedBesideItsCopy() {
    node.lun.holding(ORIGIN);
    node.stage(BTRFS);
    other.holding(ORIGIN);
    stageOther();
    assertThat(node.host.mounts().table()).hasSize(2);
  }

  @Test
  void anEncryptedCopyGetsItsFsidBehindItsHeader() {
    node.stage(node.encrypted(BTRFS, new Passphrases("secret", Optional.empty())));
    assertThat(node.lun.content()).isEqualTo(new Content.Encrypted());
    assertThat(node.host.fsids().mounted(OWN)).isEqualTo(node.map().holders());
  }

  @Test
  void aWriteProtectedCopyKeepsTheFsidOfItsOrigin() {
    node.lun.holding(ORIGIN).makeReadOnly();
    node.stage(readOnly());
    assertThat(node.lun.content()).isEqualTo(ORIGIN);
  }

  @Test
  void aWriteProtectedCopyIsNotMountedBesideItsOrigin() {
    other.holding(ORIGIN);
    stageOther();
    node.lun.holding(ORIGIN).makeReadOnly();
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.stage(readOnly()), OTHER.uuid().toString(), "dm-0");
    assertThat(node.host.mounts().at(node.staging())).isEmpty();
  }

  @Test
  void aFsidIsNotChangedWhileSomebodyHasTheDeviceOpen() {
    node.stage(NodeUnderTest.BLOCK);
    node.host.setOpeners(VOLUME.wwid(), 1);
    node.lun.holding(ORIGIN);
    node.tracking().remove(VOLUME);
    node.restart();
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(BTRFS), "in use");
    assertThat(node.lun.content()).isEqualTo(ORIGIN);
    node.host.setOpeners(VOLUME.wwid(), 0);
    node.stage(BTRFS);
    assertThat(node.lun.content()).isEqualTo(btrfs(OWN));
  }

  @Test
  void aFsidThatCannotBeChangedKeepsTheVolumeFromBeingMounted() {
    node.lun.holding(ORIGIN);
    node.host.faults().failNext("fsids.change", 1, Failure.unavailable("the path is gone"));
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(BTRFS), "the path is gone");
    assertThat(node.host.mounts().table()).isEmpty();
    node.stage(BTRFS);
    assertThat(node.lun.content()).isEqualTo(btrfs(OWN));
  }
}
