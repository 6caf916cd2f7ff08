package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fs.Content;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of which the storage host sees nothing but noise. */
class EncryptionTest {
  private static final long HEADER = 16L << 20;
  private static final Passphrases OLD = new Passphrases("old", Optional.empty());
  private static final Passphrases NEW = new Passphrases("new", Optional.empty());
  private static final Passphrases REPLACED = new Passphrases("new", Optional.of("old"));

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

  private void stage(Passphrases passphrases) {
    node.stage(node.encrypted(EXT4, passphrases));
  }

  @Test
  void aBlankVolumeIsEncryptedThenFormattedThenMounted() {
    stage(OLD);
    assertThat(node.lun.content()).isEqualTo(new Content.Encrypted());
    assertThat(node.lun.formats()).isEqualTo(1);
    Mount mount = node.host.mounts().at(node.staging()).getFirst();
    assertThat(mount.device()).isNotEqualTo(node.map().number());
    assertThat(node.map().holders()).hasSize(1);
  }

  @Test
  void itComesApartToTheLastPieceAndIsNeitherFormattedNorEncryptedAgain() {
    stage(OLD);
    node.unstage();
    assertThat(node.clean()).isTrue();
    stage(OLD);
    stage(OLD);
    assertThat(node.lun.formats()).isEqualTo(1);
    assertThat(node.host.faults().count("encryption.format")).isEqualTo(1);
    assertThat(node.host.faults().count("fileSystems.blank")).isEqualTo(1);
  }

  @Test
  void aPodGetsTheDecryptedDeviceNeverTheMap() {
    node.stage(node.encrypted(BLOCK, OLD));
    node.publish(BLOCK);
    String dmName = node.host.mounts().at(node.target()).getFirst().root().substring(1);
    assertThat(node.map().holders()).containsExactly(dmName);
    node.unpublish();
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aRawDeviceWithoutItsDecryptionIsNotPublished() {
    node.stage(node.encrypted(BLOCK, OLD));
    var mapping = node.host.encryption().find(node.host.mappings().getFirst()).orElseThrow();
    node.host.encryption().close(mapping, NodeUnderTest.soon());
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(BLOCK), "not staged");
  }

  @Test
  void aHeaderThatWasKilledBeforeItsFirstKeyIsMadeAgain() {
    node.lun.encrypt("old");
    node.lun.header().orElseThrow().killedBeforeItsFirstKey();
    stage(NEW);
    assertThat(node.lun.header().orElseThrow().keys()).containsExactly("new");
  }

  @Test
  void aHeaderInUseThatLostItsKeysIsNotMadeAgain() {
    stage(OLD);
    node.unstage();
    node.lun.header().orElseThrow().killedBeforeItsFirstKey();
    assertRefused(Kind.FAILED_PRECONDITION, () -> stage(OLD), "passphrase");
    assertThat(node.lun.header().orElseThrow().keys()).isEmpty();
  }

  @Test
  void aWrongPassphraseIsSaidAndChangesNothing() {
    stage(OLD);
    node.unstage();
    assertRefused(Kind.FAILED_PRECONDITION, () -> stage(NEW), "passphrase", "previousPassphrase");
    assertThat(node.host.mappings()).isEmpty();
    assertThat(node.lun.header().orElseThrow().keys()).containsExactly("old");
    node.unstage();
    stage(OLD);
  }

  @Test
  void aPassphraseIsReplacedAtTheNextStage() {
    stage(OLD);
    node.unstage();
    stage(REPLACED);
    assertThat(node.lun.header().orElseThrow().keys()).containsExactly("new");
    node.unstage();
    stage(NEW);
  }

  @Test
  void aReplacementThatBrokeOffBetweenItsStepsIsFinished() {
    stage(OLD);
    node.unstage();
    node.host.faults().failNext("encryption.removeKey", 1, Failure.unavailable("the path is gone"));
    assertRefused(Kind.UNAVAILABLE, () -> stage(REPLACED));
    assertThat(node.lun.header().orElseThrow().keys()).containsExactlyInAnyOrder("old", "new");
    node.unstage();
    stage(REPLACED);
    assertThat(node.lun.header().orElseThrow().keys()).containsExactly("new");
  }

  private List<String> keys() {
    return node.lun.header().orElseThrow().keys();
  }

  private int tries() {
    return node.host.faults().count("encryption.fits");
  }

  @Test
  void aPodThatComesBringsTheNewPassphraseToAVolumeInUse() {
    stage(OLD);
    node.publish(EXT4);
    node.publish(EXT4, REPLACED);
    assertThat(keys()).containsExactly("new");
    node.unpublish();
    node.unstage();
    stage(NEW);
  }

  @Test
  void stagingOnceMoreAndGrowthBringItToo() {
    stage(OLD);
    stage(REPLACED);
    assertThat(keys()).containsExactly("new");
    Passphrases third = new Passphrases("third", Optional.of("new"));
    node.volumes()
        .expand(
            new Expansion.Request(VOLUME, node.staging(), SIZE, 0, Optional.of(third)),
            NodeUnderTest.soon());
    assertThat(keys()).containsExactly("third");
  }

  @Test
  void noSecondIsSpentOnPassphrasesThatWereTakenOver() {
    stage(OLD);
    node.publish(EXT4, OLD);
    assertThat(tries()).isZero();
    node.publish(EXT4, REPLACED);
    int once = tries();
    node.publish(EXT4, REPLACED);
    stage(REPLACED);
    assertThat(tries()).isEqualTo(once);
  }

  @Test
  void aHeaderThatSomebodyElseWroteToIsAskedAgain() {
    stage(OLD);
    assertThat(node.lun.header().orElseThrow().add("an administrator's")).isTrue();
    node.publish(EXT4, OLD);
    assertThat(tries()).isEqualTo(1);
    assertThat(keys()).containsExactly("old", "an administrator's");
  }

  @Test
  void aSecretThatDoesNotOpenItKeepsPodsAwayAndChangesNothing() {
    stage(OLD);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4, NEW), "passphrase");
    assertThat(node.host.mounts().at(node.target())).isEmpty();
    assertThat(keys()).containsExactly("old");
    node.publish(EXT4, OLD);
  }

  @Test
  void aReplacementInUseThatBrokeOffIsFinishedByTheNextPod() {
    stage(OLD);
    node.host.faults().failNext("encryption.removeKey", 1, Failure.unavailable("the path is gone"));
    assertRefused(Kind.UNAVAILABLE, () -> node.publish(EXT4, REPLACED));
    assertThat(keys()).containsExactly("old", "new");
    node.publish(EXT4, REPLACED);
    assertThat(keys()).containsExactly("new");
  }

  /** As two calls leave it, the first of which died after it had begun to add. */
  @Test
  void ofAPassphraseThatWasAddedTwiceNoKeyIsLeft() {
    stage(OLD);
    assertThat(node.lun.header().orElseThrow().add("old")).isTrue();
    node.publish(EXT4, REPLACED);
    assertThat(keys()).containsExactly("new");
  }

  @Test
  void passphrasesForAVolumeThatIsNotEncryptedAreLeftAlone() {
    node.stage(EXT4);
    node.publish(EXT4, OLD);
    assertThat(tries()).isZero();
  }

  @Test
  void plainDataIsNeverEncryptedOver() {
    node.lun.holding(new Content.Formatted("ext4", "1"));
    assertRefused(Kind.FAILED_PRECONDITION, () -> stage(OLD), "ext4", "not encrypted");
    node.lun.holding(new Content.Unknown("data near byte 0"));
    assertRefused(Kind.FAILED_PRECONDITION, () -> stage(OLD), "data near byte 0");
    assertThat(node.host.faults().count("encryption.format")).isZero();
  }

  @Test
  void encryptedDataIsNeverFormattedOver() {
    stage(OLD);
    node.unstage();
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "encrypted");
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @Test
  void whatWasEncryptedAndReadsBlankNowIsRefused() {
    node.stage(node.encrypted(BLOCK, OLD));
    var mapping = node.host.encryption().find(node.host.mappings().getFirst()).orElseThrow();
    node.host.encryption().close(mapping, NodeUnderTest.soon());
    node.lun.wipe();
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.stage(node.encrypted(BLOCK, OLD)), "reads blank now");
  }

  @Test
  void aVolumeIsNotStagedOnceWithAndOnceWithoutEncryption() {
    node.stage(node.encrypted(BLOCK, OLD));
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(BLOCK), "staged");
  }

  @Test
  void growthReachesTheFileSystemThroughTheMapping() {
    stage(OLD);
    node.lun.growTo(2 * SIZE);
    long size =
        node.volumes()
            .expand(
                new Expansion.Request(VOLUME, node.staging(), 2 * SIZE, 0, Optional.empty()),
                NodeUnderTest.soon());
    assertThat(size).isEqualTo(2 * SIZE);
    assertThat(node.lun.fileSystemBytes()).isEqualTo(2 * SIZE - HEADER);
  }

  @Test
  void aCopyThatIsLargerThanItsOriginFillsItsDevice() {
    stage(OLD);
    node.unstage();
    node.lun.growTo(2 * SIZE);
    stage(OLD);
    assertThat(node.lun.fileSystemBytes()).isEqualTo(2 * SIZE - HEADER);
  }
}
