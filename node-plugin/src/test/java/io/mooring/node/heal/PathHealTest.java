package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Disks, paths and maps. */
class PathHealTest extends HealedVolume {
  // ---- disks that are offline

  @Test
  void aDiskThatWasSetOfflineRunsAgainAndSaysWhoItIsBeforeItCarriesIo() {
    aVolumeOverBoth();
    String name = disk(diskA).name();
    host.ailments().setOffline(diskA);
    int done = journal().size();
    look();
    assertThat(journal().subList(done, journal().size()))
        .containsExactly(
            "maps.failPath " + name,
            "disks.setRunning " + diskA,
            "disks.liveIdentity " + diskA,
            "maps.reinstatePath " + name);
    assertThat(disk(diskA).state()).isEqualTo(DiskState.RUNNING);
    assertThat(healed).containsExactly(Ailment.DISK);
    look();
    assertThat(healed).hasSize(1);
    assertThat(present).isEmpty();
  }

  @Test
  void anOfflineDiskThatIsAnotherVolumeNowLeavesTheMap() {
    aVolumeOverBoth();
    host.targets().mapOnPortal(IQN, A, LUN, other);
    host.ailments().setOffline(diskA);
    look();
    assertThat(map().slaves()).containsExactly(diskB);
    assertThat(called("maps.reinstatePath")).isZero();
    assertThat(present).containsEntry(Ailment.DISK, 1L);
  }

  @Test
  void anOfflineDiskThatMultipathdDoesNotKnowStaysOffline() {
    aVolumeOverBoth();
    host.ailments().setOffline(diskA);
    host.ailments().forgetPath(diskA);
    look();
    assertThat(disk(diskA).state()).isEqualTo(DiskState.OFFLINE);
    assertThat(called("disks.setRunning")).isZero();
    assertThat(present).containsEntry(Ailment.DISK, 1L);
  }

  @Test
  void aDiskThatCannotBeRevivedIsTriedWithGrowingPauses() {
    aVolumeOverBoth();
    host.ailments().setOffline(diskA);
    host.faults().failNext("disks.setRunning", 100, Failure.unavailable("it stays as it is"));
    pass(Duration.ofMinutes(2));
    assertThat(called("disks.setRunning")).isBetween(3, 5);
    assertThat(present).containsEntry(Ailment.DISK, 1L);
    assertThat(healed).isEmpty();
  }

  @Test
  void whileACallWorksOnTheVolumeNothingIsDone() {
    aVolumeOverBoth();
    host.ailments().setOffline(diskA);
    host.suspend(VOLUME.wwid());
    int done = journal().size();
    whileBusy(() -> pass(Duration.ofMinutes(1)));
    assertThat(journal()).hasSize(done);
    pass(Duration.ofMinutes(1));
    assertThat(healed).contains(Ailment.DISK, Ailment.MAP);
  }

  @Test
  void somebodyElsesDiskThatIsOfflineStaysOffline() {
    aVolumeOverBoth();
    Hctl foreign = host.addForeignSession(route(A), LUN, lun);
    host.ailments().setOffline(foreign);
    int done = journal().size();
    pass(Duration.ofMinutes(2));
    assertThat(disk(foreign).state()).isEqualTo(DiskState.OFFLINE);
    assertThat(journal()).hasSize(done);
  }

  // ---- paths

  @Test
  void aPathThatIsAnotherVolumeIsTakenOutAtOnce() {
    sessions();
    host.targets().map(IQN, LUN, lun);
    host.addStaleDisk(diskA.host(), LUN, lun);
    host.addStaleDisk(diskB.host(), LUN, other);
    host.addMap(VOLUME.wwid(), diskA, diskB);
    track(VOLUME, LUN);
    look();
    assertThat(map().slaves()).containsExactly(diskA);
    assertThat(host.allDisks()).as("the disk itself").contains(diskB);
    assertThat(healed).containsExactly(Ailment.ALIEN_PATH);
  }

  /** multipathd fails it in its own map, and says that it took it out of this one, too. */
  @Test
  void aPathThatMultipathdHasForAnotherMapsIsFailedInTheKernelAndWrittenOut() {
    sessions();
    host.targets().map(IQN, LUN, lun);
    host.addStaleDisk(diskA.host(), LUN, lun);
    host.addStaleDisk(diskB.host(), LUN, other);
    host.addMap(VOLUME.wwid(), diskA);
    host.ailments().addStray(VOLUME.wwid(), diskB);
    track(VOLUME, LUN);
    int done = journal().size();
    look();
    assertThat(journal().subList(done, journal().size()))
        .containsExactly(
            "maps.failPathInKernel " + disk(diskB).number(),
            "maps.delPath " + disk(diskB).name(),
            "maps.reloadMap " + VOLUME.wwid());
    assertThat(map().slaves()).containsExactly(diskA);
    assertThat(healed).containsExactly(Ailment.ALIEN_PATH);
  }

  @Test
  void aSizeOfYesterdayIsReadAgain() {
    aVolumeOverBoth();
    host.ailments().showSize(diskA, SIZE / 2);
    look();
    assertThat(disk(diskA).sizeBytes()).isEqualTo(SIZE);
    assertThat(map().slaves()).hasSize(2);
    assertThat(healed).containsExactly(Ailment.SMALL_PATH);
  }

  @Test
  void aPathThatIsReallySmallerThanItsMapLeavesIt() {
    aVolumeOverBoth();
    host.targets().mapOnPortal(IQN, A, LUN, new FakeLun(VOLUME.serial(), SIZE / 2));
    host.ailments().showSize(diskA, SIZE / 2);
    look();
    assertThat(map().slaves()).containsExactly(diskB);
    assertThat(map().sizeBytes()).isEqualTo(SIZE);
    assertThat(healed).containsExactly(Ailment.SMALL_PATH);
  }

  @Test
  void aSmallPathStaysWhileNoWholeOneAnswers() {
    aVolumeOverBoth();
    host.targets().mapOnPortal(IQN, A, LUN, new FakeLun(VOLUME.serial(), SIZE / 2));
    host.ailments().showSize(diskA, SIZE / 2);
    host.network().drop(B);
    look();
    assertThat(map().slaves()).hasSize(2);
    assertThat(present).containsEntry(Ailment.SMALL_PATH, 1L);
    host.network().answer(B);
    pass(Duration.ofMinutes(2));
    assertThat(map().slaves()).containsExactly(diskB);
  }

  @Test
  void whereNoPathIsWholeNoneIsTakenAway() {
    aVolumeOverBoth();
    host.targets().map(IQN, LUN, new FakeLun(VOLUME.serial(), SIZE / 2));
    host.ailments().showSize(diskA, SIZE / 2);
    host.ailments().showSize(diskB, SIZE / 2);
    look();
    assertThat(map().slaves()).hasSize(2);
    assertThat(called("maps.failPath")).isZero();
    assertThat(present).containsEntry(Ailment.SMALL_PATH, 2L);
  }

  @Test
  void aPathThatIsReadyAndStaysFailedIsReinstated() {
    aVolumeOverBoth();
    host.ailments().failPath(diskA);
    pass(Duration.ofSeconds(10));
    assertThat(called("maps.reinstatePath")).isZero();
    pass(Duration.ofSeconds(15));
    assertThat(called("maps.reinstatePath")).isEqualTo(1);
    assertThat(called("disks.liveIdentity")).isEqualTo(1);
    assertThat(healed).containsExactly(Ailment.PATH);
  }

  @Test
  void aFailedPathThatIsAnotherVolumeNowIsNotReinstated() {
    aVolumeOverBoth();
    host.targets().mapOnPortal(IQN, A, LUN, other);
    host.ailments().failPath(diskA);
    pass(Duration.ofSeconds(40));
    assertThat(called("maps.reinstatePath")).isZero();
    assertThat(map().slaves()).containsExactly(diskB);
  }

  @Test
  void aPathThatItsCheckerFindsFaultyIsLeftAlone() {
    aVolumeOverBoth();
    host.cut(A);
    pass(Duration.ofMinutes(2));
    assertThat(called("maps.reinstatePath")).isZero();
    assertThat(healed).isEmpty();
  }

  @Test
  void aDiskOfWhichUdevHasNoRecordIsToldOfOnceMore() {
    aVolumeOverBoth();
    host.ailments().loseEvents(diskB);
    pass(Duration.ofSeconds(60));
    assertThat(journal()).contains("disks.announce " + diskB);
    assertThat(map().slaves()).containsExactlyInAnyOrder(diskA, diskB);
    assertThat(healed).containsExactly(Ailment.UNSEEN_DISK);
  }

  // ---- maps

  @Test
  void aMapThatStaysSuspendedIsResumed() {
    aVolumeOverBoth();
    look();
    host.suspend(VOLUME.wwid());
    host.forgetMap(VOLUME.wwid());
    look();
    assertThat(map().suspended()).isTrue();
    pass(Duration.ofSeconds(15));
    assertThat(map().suspended()).isFalse();
    assertThat(host.maps().status(VOLUME.wwid(), soon())).as("multipathd knows it").isPresent();
    assertThat(healed).containsExactly(Ailment.MAP);
  }

  @Test
  void aMapThatIsSuspendedForAMomentIsLeftAlone() {
    aVolumeOverBoth();
    look();
    int done = journal().size();
    for (int i = 0; i < 10; i++) {
      host.suspend(VOLUME.wwid());
      look();
      host.maps().resume(map(), soon());
      look();
    }
    assertThat(journal()).hasSize(done + 10);
    assertThat(healed).isEmpty();
  }

  @Test
  void somebodyElsesMapThatIsSuspendedStaysSuspended() {
    aVolumeOverBoth();
    Hctl foreign = host.addForeignSession(route(A), 3, other);
    host.addMap(OTHER.wwid(), foreign);
    host.suspend(OTHER.wwid());
    int done = journal().size();
    pass(Duration.ofMinutes(2));
    assertThat(host.maps().require(OTHER.wwid()).suspended()).isTrue();
    assertThat(journal()).hasSize(done);
  }
}
