package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.scsi.Hctl;
import io.mooring.node.volume.Access;
import io.mooring.node.volume.PublishContext;
import io.mooring.node.volume.Publishing;
import io.mooring.node.volume.StageRequest;
import io.mooring.node.volume.TargetEntry;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Devices of volumes that no document speaks of. */
class OrphanTest extends HealedVolume {
  private static final int NUMBER = 3;
  private Hctl orphan = Hctl.of(0, NUMBER);

  private void anOrphanBesideTheVolume() {
    aVolumeOverBoth();
    host.targets().map(IQN, NUMBER, other);
    host.addStaleDisk(diskA.host(), NUMBER, other);
    orphan = Hctl.of(diskA.host(), NUMBER);
    host.addMap(OTHER.wwid(), orphan);
    host.maps().registerWwid(OTHER.wwid(), soon());
  }

  private boolean isThere() {
    return host.allDisks().contains(orphan);
  }

  @Test
  void anOrphanThatNobodyUsesIsRemovedMapFirst() {
    anOrphanBesideTheVolume();
    pass(Duration.ofSeconds(25));
    assertThat(isThere()).isTrue();
    int done = journal().size();
    pass(Duration.ofSeconds(20));
    assertThat(journal().subList(done, journal().size()))
        .containsExactly(
            "maps.delMap " + OTHER.wwid(),
            "disks.delete " + orphan,
            "maps.forgetWwid " + OTHER.wwid());
    assertThat(isThere()).isFalse();
    assertThat(host.maps().find(OTHER.wwid())).isEmpty();
    assertThat(host.registeredWwids()).doesNotContain(OTHER.wwid());
    assertThat(map().slaves()).containsExactlyInAnyOrder(diskA, diskB);
    assertThat(healed).containsExactly(Ailment.ORPHAN);
  }

  @Test
  void aDiskWithoutAMapIsAnOrphanToo() {
    aVolumeOverBoth();
    host.addStaleDisk(diskB.host(), NUMBER, other);
    orphan = Hctl.of(diskB.host(), NUMBER);
    pass(Duration.ofSeconds(60));
    assertThat(isThere()).isFalse();
  }

  @Test
  void anOrphanThatSomebodyHasOpenIsToldOfAndRemovedWhenHeLetsGo() {
    anOrphanBesideTheVolume();
    host.setOpeners(OTHER.wwid(), 1);
    pass(Duration.ofMinutes(3));
    assertThat(isThere()).isTrue();
    assertThat(called("maps.delMap")).isZero();
    assertThat(present).containsEntry(Ailment.ORPHAN, 1L);
    host.setOpeners(OTHER.wwid(), 0);
    pass(Duration.ofMinutes(6));
    assertThat(isThere()).isFalse();
    assertThat(present).isEmpty();
  }

  @Test
  void aVolumeWhoseDocumentComesInTimeIsNone() {
    anOrphanBesideTheVolume();
    pass(Duration.ofSeconds(25));
    track(OTHER, NUMBER);
    pass(Duration.ofMinutes(5));
    assertThat(isThere()).isTrue();
    assertThat(present).isEmpty();
  }

  @Test
  void aRawDeviceThatAPodHasIsKeptThoughItsDocumentIsLostAndNobodyHasItOpen() {
    host.targets().map(IQN, LUN, lun);
    Path staging = directory.resolve("staging");
    Path target = directory.resolve("target");
    PublishContext context =
        new PublishContext(
            VOLUME.identity(),
            SIZE,
            false,
            false,
            List.of(new TargetEntry(IQN, 1, LUN, List.of(A, B))));
    Access raw = new Access.Block();
    assertThat(staging.toFile().mkdirs()).isTrue();
    flows.volumes().stage(new StageRequest(VOLUME, context, staging, raw), soon());
    flows
        .volumes()
        .publish(
            new Publishing.Request(
                VOLUME, staging, target, raw, false, false, Optional.empty(), Optional.empty()),
            soon());
    tracking.remove(VOLUME);
    process();
    pass(Duration.ofMinutes(3));
    assertThat(map().slaves()).hasSize(2);
    assertThat(called("maps.delMap")).isZero();
    assertThat(present).containsEntry(Ailment.ORPHAN, 1L);
    host.mounts().unmount(target, soon());
    pass(Duration.ofMinutes(6));
    assertThat(host.maps().all()).isEmpty();
    assertThat(host.allDisks()).isEmpty();
  }

  @Test
  void aMapWithAPathThatIsNotOursIsLeft() {
    anOrphanBesideTheVolume();
    Hctl foreign = host.addForeignSession(route(A), NUMBER, other);
    pass(Duration.ofMinutes(3));
    assertThat(host.maps().require(OTHER.wwid()).slaves()).contains(foreign, orphan);
    assertThat(called("maps.delMap")).isZero();
  }

  @Test
  void somebodyElsesProductOnOurSessionIsNotTouched() {
    aVolumeOverBoth();
    host.addStaleDisk(diskA.host(), NUMBER, other);
    orphan = Hctl.of(diskA.host(), NUMBER);
    host.ailments().makeForeignProduct(orphan);
    int done = journal().size();
    pass(Duration.ofMinutes(3));
    assertThat(isThere()).isTrue();
    assertThat(journal()).hasSize(done);
    assertThat(present).isEmpty();
  }

  @Test
  void somebodyElsesDiskIsNoOrphan() {
    aVolumeOverBoth();
    orphan = host.addForeignSession(route(A), NUMBER, other);
    int done = journal().size();
    pass(Duration.ofMinutes(3));
    assertThat(isThere()).isTrue();
    assertThat(journal()).hasSize(done);
  }

  @Test
  void aRemovalThatStoppedInTheMiddleIsFinishedLater() {
    anOrphanBesideTheVolume();
    host.faults().failNext("disks.delete", 1, Failure.unavailable("it hangs"));
    pass(Duration.ofSeconds(35));
    assertThat(host.maps().find(OTHER.wwid())).isEmpty();
    assertThat(isThere()).isTrue();
    pass(Duration.ofSeconds(60));
    assertThat(isThere()).isFalse();
  }
}
