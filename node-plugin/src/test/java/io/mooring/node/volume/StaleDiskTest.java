package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LUN numbers that are used again: identity is the WWID, and only a fresh disk tells it. */
class StaleDiskTest {
  @TempDir Path directory;
  NodeUnderTest node;
  final FakeLun other = new FakeLun(OTHER.serial(), SIZE);
  int host;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
    host = node.host.addSession(NodeUnderTest.route(A));
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private void assertOnlyTheVolumeIsThere() {
    assertThat(node.host.allDisks())
        .allSatisfy(at ->
            assertThat(node.host.disks().liveIdentity(at, NodeUnderTest.soon()))
                .isEqualTo(VOLUME.identity()));
    assertThat(node.host.maps().all())
        .singleElement()
        .satisfies(map -> assertThat(map.wwid()).isEqualTo(VOLUME.wwid()));
  }

  @Test
  void aStaleDiskThatNobodyUsesIsTakenAway() {
    node.host.addStaleDisk(host, LUN, other);
    node.stage(EXT4);
    assertOnlyTheVolumeIsThere();
  }

  @Test
  void aStaleMapThatNobodyUsesIsTakenAwayWithItsDisks() {
    int second = node.host.addSession(NodeUnderTest.route(B));
    node.host.addStaleDisk(host, LUN, other);
    node.host.addStaleDisk(second, LUN, other);
    node.host.addMap(OTHER.wwid(), Hctl.of(host, LUN), Hctl.of(second, LUN));
    node.stage(EXT4);
    assertOnlyTheVolumeIsThere();
  }

  @Test
  void aStaleMapThatIsOpenIsLeftAndTheAttachIsRefused() {
    node.host.addStaleDisk(host, LUN, other);
    node.host.addMap(OTHER.wwid(), Hctl.of(host, LUN));
    node.host.setOpeners(OTHER.wwid(), 1);
    node.host.targets().hideOnPortal(IQN, B, LUN);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), OTHER.wwid().value(), "opener");
    assertThat(node.host.maps().find(OTHER.wwid())).isPresent();
    assertThat(node.host.mounts().table()).isEmpty();
  }

  @Test
  void theMapOfAVolumeThatIsStillStagedIsNotTakenAway() {
    node.host.targets().map(IQN, LUN, other);
    StageRequest first =
        new StageRequest(
            OTHER, NodeUnderTest.context(OTHER, LUN), directory.resolve("other"), BLOCK);
    node.stage(first);
    node.host.targets().map(IQN, LUN, node.lun);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), OTHER.toString(), "unstage");
    assertThat(node.host.maps().find(OTHER.wwid())).isPresent();
    node.volumes().unstage(OTHER, directory.resolve("other"), NodeUnderTest.soon());
    node.stage(EXT4);
    assertOnlyTheVolumeIsThere();
  }

  @Test
  void theKernelsKnowledgeOfAnOldDiskIsNotTrusted() {
    // Probed when our volume had the number; now the number is another volume's.
    node.host.addStaleDisk(host, LUN, node.lun);
    node.host.targets().mapOnPortal(IQN, A, LUN, other);
    node.host.targets().hideOnPortal(IQN, B, LUN);
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), OTHER.wwid().value());
    assertThat(node.host.mounts().table()).isEmpty();
    assertThat(node.host.maps().find(VOLUME.wwid())).isEmpty();
    assertThat(node.lun.formats() + other.formats()).isZero();
  }

  @Test
  void anOldDiskThatIsStillTheVolumeIsKept() {
    node.host.addStaleDisk(host, LUN, node.lun);
    node.stage(EXT4);
    assertOnlyTheVolumeIsThere();
    assertThat(node.host.faults().count("disks.liveIdentity")).isPositive();
    assertThat(node.host.faults().journal()).doesNotContain("disks.scan " + Hctl.of(host, LUN));
  }

  @RepeatedTest(10)
  void aPathOfAnotherVolumeInTheMapIsTakenOutBeforeTheMount() {
    int second = node.host.addSession(NodeUnderTest.route(B));
    node.host.addStaleDisk(host, LUN, node.lun);
    node.host.addStaleDisk(second, LUN, other);
    node.host.addMap(VOLUME.wwid(), Hctl.of(host, LUN), Hctl.of(second, LUN));
    node.stage(EXT4);
    // The attach and the path's own thread both see it; whoever loses leaves the rest to later.
    node.flow().lateJoin().once();
    assertOnlyTheVolumeIsThere();
    assertThat(node.host.maps().find(VOLUME.wwid()).orElseThrow().slaves()).hasSize(2);
  }

  @Test
  void theRightDiskThatHasTakenTheWrongOnesPlaceMeanwhileStaysInTheMap() {
    Hctl at = Hctl.of(host, LUN);
    node.host.addStaleDisk(host, LUN, other);
    node.host.addMap(VOLUME.wwid(), at);
    ScsiDisk wrong = node.host.disks().at(at).orElseThrow();
    MultipathMap map = node.map();
    PathExit exit = new PathExit(node.host.maps(), node.host.disks(), NodeUnderTest.TIMINGS);
    AlienPaths aliens = new AlienPaths(node.host.maps(), exit);
    aliens.evict(wrong, map, NodeUnderTest.soon());
    assertThat(node.map().slaves()).isEmpty();
    node.host.disks().purge(at, NodeUnderTest.soon());
    node.host.disks().scan(host, LUN, NodeUnderTest.soon());
    assertThat(node.host.disks().at(at).orElseThrow().name()).isEqualTo(wrong.name());

    // Who comes second has seen the wrong one, too.
    aliens.evict(wrong, map, NodeUnderTest.soon());

    assertThat(node.map().slaves()).containsExactly(at);
    assertThat(node.host.faults().count("maps.delPath")).isEqualTo(1);
  }

  @Test
  void anotherVolumeUnderTheNumberFailsClosed() {
    node.host.targets().map(IQN, LUN, other);
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), "maps another volume");
    assertThat(node.host.allDisks()).isEmpty();
    assertThat(node.host.maps().all()).isEmpty();
    assertThat(other.formats()).isZero();
  }

  @Test
  void anotherVolumeOnOnePortalAloneFailsClosed() {
    node.singleThreaded();
    node.host.targets().mapOnPortal(IQN, B, LUN, other);
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), "maps another volume");
    assertThat(node.host.mounts().table()).isEmpty();
    assertThat(other.formats()).isZero();
  }

  @Test
  void aSerialThatDiffersBehindTheWwidsDigitsIsAnotherVolume() {
    String twin = VOLUME.serial().substring(0, 25) + "fffffff";
    FakeLun sameWwid = new FakeLun(twin, SIZE);
    assertThat(sameWwid.wwid()).isEqualTo(VOLUME.wwid());
    node.host.targets().map(IQN, LUN, sameWwid);
    assertRefused(Kind.INTERNAL, () -> node.stage(EXT4), twin);
    assertThat(sameWwid.formats()).isZero();
    assertThat(node.host.mounts().table()).isEmpty();
  }

  @Test
  void disksOfOtherPeopleAreNotTouched() {
    Hctl foreign = node.host.addForeignSession(NodeUnderTest.route(A), LUN, other);
    node.stage(EXT4);
    node.unstage();
    assertThat(node.host.allDisks()).containsExactly(foreign);
    assertThat(node.host.faults().journal()).noneMatch(call -> call.endsWith(" " + foreign));
  }
}
