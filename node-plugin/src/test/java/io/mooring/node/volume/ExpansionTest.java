package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fs.FsType;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpansionTest {
  private static final long LARGER = 2 * SIZE;

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

  private long expand(long required, long limit) {
    return node.volumes()
        .expand(
            new Expansion.Request(VOLUME, node.staging(), required, limit, Optional.empty()),
            NodeUnderTest.soon());
  }

  private long expand() {
    return expand(LARGER, 0);
  }

  private void assertAllHave(long bytes) {
    assertThat(node.map().sizeBytes()).isEqualTo(bytes);
    assertThat(node.map().slaves())
        .allMatch(path -> node.host.disks().at(path).orElseThrow().sizeBytes() == bytes);
    assertThat(node.tracking().get(VOLUME).orElseThrow().sizeBytes()).isEqualTo(bytes);
  }

  @Test
  void everyPathTheMapAndTheFileSystemGrow() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);

    assertThat(expand()).isEqualTo(LARGER);

    assertAllHave(LARGER);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);
  }

  @Test
  void aRawDeviceGrowsAndHasNoFileSystemToGrow() {
    node.stage(BLOCK);
    node.lun.growTo(LARGER);

    assertThat(expand()).isEqualTo(LARGER);

    assertAllHave(LARGER);
    assertThat(node.host.faults().count("fileSystems.grow")).isZero();
  }

  @Test
  void whatHasGrownAlreadyIsLeftAlone() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    expand();

    assertThat(expand()).isEqualTo(LARGER);

    assertThat(node.host.faults().count("maps.resizeMap")).isEqualTo(1);
    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);
  }

  @Test
  void aStageWithTheSizeOfBeforeTheGrowthDoesNotTakeItBack() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    expand();

    node.stage(EXT4);

    assertAllHave(LARGER);
  }

  @Test
  void aFileSystemThatIsMountedReadOnlyStaysAsItIs() {
    node.stage(EXT4);
    node.unstage();
    node.lun.growTo(LARGER);

    node.stage(new Access.FileSystem(FsType.EXT4, List.of("ro")));

    assertThat(node.host.faults().count("fileSystems.grow")).isZero();
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
  }

  @Test
  void aSmallGrowthOfALargeVolumeIsOneToo() {
    node.stage(EXT4);
    node.lun.growTo(100 * SIZE);
    expand(100 * SIZE, 0);
    long little = 100 * SIZE + SIZE / 2;
    node.lun.growTo(little);

    assertThat(expand(little, 0)).isEqualTo(little);

    assertThat(node.lun.fileSystemBytes()).isEqualTo(little);
  }

  @Test
  void pathsThatHaveGrownBeforeTheirMapStayInItWhenTheVolumeIsStagedAgain() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    node.map().slaves().forEach(path -> node.host.disks().rescan(path, NodeUnderTest.soon()));

    node.stage(EXT4);

    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.host.faults().count("maps.failPath")).isZero();
    assertThat(expand()).isEqualTo(LARGER);
    assertAllHave(LARGER);
  }

  @Test
  void aCopyThatDidNotGrowWithItsFirstStageGrowsWithTheNext() {
    node.stage(EXT4);
    node.unstage();
    node.lun.growTo(LARGER);
    node.host.faults().failNext("fileSystems.grow", 1, Failure.internal("resize2fs was killed"));
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), "resize2fs was killed");

    node.stage(EXT4);

    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);
  }

  @Test
  void aStorageHostThatStillReportsTheOldSizeIsWaitedForByTheCaller() {
    node.stage(EXT4);

    assertRefused(Kind.UNAVAILABLE, this::expand, "does not report");

    assertAllHave(SIZE);
  }

  @Test
  void aResizeWithoutEffectIsRepeatedAfterAReload() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    node.host.multipathdTimeouts(1);

    assertThat(expand()).isEqualTo(LARGER);

    assertThat(node.host.faults().count("maps.reloadMap")).isEqualTo(1);
    assertAllHave(LARGER);
  }

  @Test
  void aMapThatNeverGrowsIsLeftAloneAfterTheLastTry() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    node.host.multipathdTimeouts(Integer.MAX_VALUE);

    assertRefused(Kind.INTERNAL, this::expand, "multipathd answered");

    assertThat(node.host.faults().journal()).last().asString().startsWith("maps.resizeMap");
  }

  @Test
  void aDeadPathLeavesAndComesBackWithTheNewSize() {
    node.stage(EXT4);
    node.host.cut(B);
    node.host.recoveryTimeOver(B);
    node.lun.growTo(LARGER);

    assertThat(expand()).isEqualTo(LARGER);
    assertThat(node.map().slaves()).hasSize(1);
    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);

    node.host.restore(B);
    node.flow().lateJoin().once();
    assertThat(node.map().slaves()).hasSize(2);
    assertAllHave(LARGER);
  }

  @Test
  void withoutALivePathNothingIsTakenAway() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    node.host.cut(A);
    node.host.cut(B);
    node.host.recoveryTimeOver(A);
    node.host.recoveryTimeOver(B);

    assertRefused(Kind.UNAVAILABLE, this::expand, "none of the paths");

    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void aGrowthThatFailedInTheMiddleIsFinishedByTheNextCall() {
    node.stage(EXT4);
    node.lun.growTo(LARGER);
    node.host.faults().failNext("fileSystems.grow", 1, Failure.internal("resize2fs failed"));
    assertRefused(Kind.INTERNAL, this::expand, "resize2fs failed");
    assertThat(node.map().sizeBytes()).isEqualTo(LARGER);
    node.restart();

    assertThat(expand()).isEqualTo(LARGER);

    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);
    assertAllHave(LARGER);
  }

  @Test
  void aVolumeThatIsLargerThanTheLimitIsRefusedAndNotShrunk() {
    node.stage(EXT4);

    assertRefused(Kind.OUT_OF_RANGE, () -> expand(1, SIZE / 2), "never gets smaller");

    assertAllHave(SIZE);
  }

  @Test
  void whatIsNotStagedHereIsNotFound() {
    assertRefused(Kind.NOT_FOUND, this::expand, "not staged");
    node.stage(EXT4);
    assertRefused(
        Kind.NOT_FOUND,
        () ->
            node.volumes()
                .expand(
                    new Expansion.Request(
                        VOLUME, directory.resolve("elsewhere"), LARGER, 0, Optional.empty()),
                    NodeUnderTest.soon()),
        "not mounted");
  }

  @Test
  void aVolumeThatGrewWhileItWasNowhereGrowsItsFileSystemWhenItIsStaged() {
    node.stage(EXT4);
    node.unstage();
    node.lun.growTo(LARGER);

    node.stage(EXT4);

    assertThat(node.lun.fileSystemBytes()).isEqualTo(LARGER);
  }
}
