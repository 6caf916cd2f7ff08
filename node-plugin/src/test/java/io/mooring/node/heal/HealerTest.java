package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the healer looks, and what a look costs. */
class HealerTest extends HealedVolume {
  private void moreVolumes(int count) {
    for (int i = 1; i <= count; i++) {
      VolumeId volume = new VolumeId("san1", "%08x".formatted(i).repeat(4));
      FakeLun behind = new FakeLun(volume.serial(), SIZE);
      host.targets().map(IQN, LUN + i, behind);
      host.addStaleDisk(diskA.host(), LUN + i, behind);
      host.addStaleDisk(diskB.host(), LUN + i, behind);
      host.addMap(volume.wwid(), Hctl.of(diskA.host(), LUN + i), Hctl.of(diskB.host(), LUN + i));
      track(volume, LUN + i);
    }
  }

  private int questionsOfALook() {
    int before = host.questions();
    look();
    return host.questions() - before;
  }

  @Test
  void atRestALookReadsSysfsAndAsksMultipathdOnceHoweverManyVolumesThereAre() {
    aVolumeOverBoth();
    int done = journal().size();
    assertThat(questionsOfALook()).isEqualTo(1);
    moreVolumes(49);
    assertThat(questionsOfALook()).isEqualTo(1);
    assertThat(journal()).as("what did something").hasSize(done);
    assertThat(host.processes()).isZero();
    assertThat(healed).isEmpty();
    assertThat(present).isEmpty();
  }

  @Test
  void withoutVolumesMultipathdIsNotAsked() {
    sessions();
    assertThat(questionsOfALook()).isZero();
  }

  @Test
  void whenNothingIsToldOfALookComesEveryThirtySeconds() {
    aVolumeOverBoth();
    look();
    int before = host.questions();
    pass(Duration.ofMinutes(5));
    assertThat(host.questions() - before).isBetween(9, 10);
    assertThat(pokes).isEqualTo(1);
  }

  @Test
  void newsOfDevicesMakeALookAtOnceAndAreHandedOn() {
    aVolumeOverBoth();
    look();
    pass(Duration.ofSeconds(5));
    int before = host.questions();
    long at = ticker.nanos();
    look();
    assertThat(ticker.nanos()).isEqualTo(at);
    assertThat(host.questions() - before).isEqualTo(1);
    assertThat(pokes).isEqualTo(2);
  }

  @Test
  void aStormOfNewsMakesALookEveryTwoSeconds() {
    aVolumeOverBoth();
    look();
    assertThat(looksInAMinuteOfNews()).isEqualTo(30);
  }

  @Test
  void aStormOfNewsNeverKeepsItBusyForMuchMoreThanATenthOfTheTime() {
    aVolumeOverBoth();
    lookTakes = Duration.ofMillis(500);
    look();
    assertThat(looksInAMinuteOfNews()).isEqualTo(11);
    lookTakes = Duration.ofSeconds(5);
    look();
    assertThat(looksInAMinuteOfNews()).as("but heals all the same").isEqualTo(4);
  }

  private int looksInAMinuteOfNews() {
    int before = host.questions();
    long end = ticker.nanos() + Duration.ofSeconds(60).toNanos();
    while (ticker.nanos() < end) {
      look();
    }
    return host.questions() - before;
  }

  @Test
  void withoutTheKernelsNewsItLooksNowAndThen() {
    aVolumeOverBoth();
    events.deaf = Optional.of(Failure.unavailable("no netlink here"));
    int before = host.questions();
    pass(Duration.ofMinutes(2));
    assertThat(host.questions() - before).isBetween(4, 5);
    host.ailments().setOffline(diskA);
    pass(Duration.ofSeconds(31));
    assertThat(healed).containsExactly(Ailment.DISK);
  }

  @Test
  void volumesOfAnEarlierBootAreNotLookedAfter() {
    aVolumeOverBoth();
    host.powerCut();
    process();
    int done = journal().size();
    look();
    assertThat(journal()).hasSize(done);
    assertThat(present).isEmpty();
  }

  @Test
  void aFileSystemThatTheKernelHasStoppedIsToldOfAndLeftMounted() {
    aVolumeOverBoth();
    track(VOLUME, LUN, "ext4");
    Path staging = Path.of("/staging");
    host.addMount(staging, map().number(), "ext4");
    look();
    assertThat(present).isEmpty();
    int done = journal().size();

    host.ailments().superOptions(staging, "ro");
    look();

    assertThat(present).containsExactly(Map.entry(Ailment.FILE_SYSTEM, 1L));
    host.ailments().superOptions(staging, "rw");
    look();
    assertThat(present).isEmpty();
    host.ailments().meetErrors(staging);
    look();
    assertThat(present).containsExactly(Map.entry(Ailment.FILE_SYSTEM, 1L));
    assertThat(journal()).hasSize(done);
  }

  @Test
  void aVolumeWithoutAPathIsToldOfAndNothingIsDoneAboutIt() {
    aVolumeOverBoth();
    host.cut(A);
    host.cut(B);
    int done = journal().size();
    look();
    assertThat(present).containsExactly(Map.entry(Ailment.NO_PATH, 1L));
    host.multipathdUp(false);
    look();
    assertThat(present).as("what is not known has not changed").containsKey(Ailment.NO_PATH);
    host.multipathdUp(true);
    host.restore(A);
    look();
    assertThat(present).isEmpty();
    assertThat(journal()).hasSize(done);
  }
}
