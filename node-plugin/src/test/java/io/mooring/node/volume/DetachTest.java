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
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachTest {
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
  void nothingIsLeftButTheSessions() {
    node.stage(EXT4);
    node.unstage();
    assertThat(node.clean()).isTrue();
    assertThat(node.host.initiator().sessions()).hasSize(2);
  }

  @Test
  void theOrderIsMountThenMapThenDisksThenRecord() {
    node.singleThreaded();
    node.stage(EXT4);
    int before = node.host.faults().journal().size();
    node.unstage();
    List<String> calls =
        node.host.faults().journal().stream()
            .skip(before)
            .map(call -> call.substring(0, call.indexOf(' ')))
            .filter(call -> !call.equals("disks.liveIdentity"))
            .toList();
    assertThat(calls)
        .containsExactly(
            "mounts.unmount", "maps.delMap", "disks.delete", "disks.delete", "maps.forgetWwid");
  }

  @Test
  void aRawDeviceIsFlushedBeforeItsMapGoes() {
    node.stage(BLOCK);
    node.unstage();
    List<String> journal = node.host.faults().journal();
    assertThat(journal.indexOf("fileSystems.flush /dev/mapper/" + VOLUME.wwid()))
        .isNotNegative()
        .isLessThan(journal.indexOf("maps.delMap " + VOLUME.wwid()));
    assertThat(node.clean()).isTrue();
  }

  @Test
  void unstagingTwiceIsFine() {
    node.stage(EXT4);
    node.unstage();
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void unstagingWhatWasNeverHereIsFine() {
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void withoutARecordEverythingFollowsFromTheWwid() {
    node.stage(EXT4);
    node.tracking().remove(VOLUME);
    node.restart();
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whatIsPublishedIsNotUnstaged() {
    node.stage(EXT4);
    node.publish(EXT4);
    assertRefused(Kind.FAILED_PRECONDITION, node::unstage, node.target().toString());
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
    node.unpublish();
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aPublishedRawDeviceIsNotUnstaged() {
    node.stage(BLOCK);
    node.publish(BLOCK);
    assertRefused(Kind.FAILED_PRECONDITION, node::unstage, node.target().toString());
    assertThat(node.host.maps().find(VOLUME.wwid())).isPresent();
  }

  @Test
  void aForeignMountAtTheStagingPathIsNotUnmounted() {
    node.host.addMount(node.staging(), new DeviceNumber(8, 1), "ext4");
    assertRefused(Kind.FAILED_PRECONDITION, node::unstage, "something else");
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
  }

  @Test
  void aMapThatIsOpenForAMomentIsTriedAgain() {
    node.stage(EXT4);
    node.host.busyRemovals(2);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aMapThatStaysOpenIsNeverForcedAndItsHolderIsNamed() {
    node.stage(BLOCK);
    node.host.setOpeners(VOLUME.wwid(), 1);
    assertRefused(Kind.FAILED_PRECONDITION, node::unstage, "opener (pid 4711)");
    assertThat(node.host.maps().find(VOLUME.wwid())).isPresent();
    assertThat(node.host.allDisks()).hasSize(2);
    assertThat(node.tracking().get(VOLUME).orElseThrow().phase()).isEqualTo(Phase.UNSTAGING);
    node.host.setOpeners(VOLUME.wwid(), 0);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void okIsNoProofOfRemoval() {
    node.stage(EXT4);
    node.host.leakedRemovals(1);
    node.unstage();
    assertThat(node.host.faults().count("maps.resume")).isEqualTo(1);
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aMapThatMultipathdHasForgottenIsRemoved() {
    node.stage(BLOCK);
    node.host.forgetMap(VOLUME.wwid());
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aSuspendedMapIsResumedAndRemoved() {
    node.stage(BLOCK);
    node.host.suspend(VOLUME.wwid());
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aFileSystemThatLivesInAnotherNamespaceKeepsTheMap() {
    node.stage(EXT4);
    node.host.pinSuperblock(VOLUME.wwid(), true);
    assertRefused(Kind.FAILED_PRECONDITION, node::unstage, "sleep (pid 815)");
    assertThat(node.host.maps().find(VOLUME.wwid())).isPresent();
    assertThat(node.host.faults().count("maps.delMap")).isZero();
    node.host.pinSuperblock(VOLUME.wwid(), false);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void withoutAPathNothingIsGivenUp() {
    node.stage(EXT4);
    node.host.cut(A);
    node.host.cut(B);
    node.host.recoveryTimeOver(A);
    node.host.recoveryTimeOver(B);
    assertRefused(Kind.UNAVAILABLE, node::unstage, "no path is usable");
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
    assertThat(node.host.faults().journal())
        .noneMatch(call -> call.startsWith("maps.disableQueueing"));
    node.host.restore(A);
    node.host.restore(B);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void onePathIsEnoughToUnstageAndTheDeadOnesDiskGoesToo() {
    node.stage(EXT4);
    node.host.cut(B);
    node.host.recoveryTimeOver(B);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whenTheNumberLeadsToAnotherVolumeNothingIsWrittenThere() {
    node.stage(EXT4);
    FakeLun other = new FakeLun(OTHER.serial(), SIZE);
    node.host.targets().map(IQN, LUN, other);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whatTheTargetHasTakenAwayDoesNotWaitForItsPaths() {
    node.stage(EXT4);
    node.host.targets().unmap(IQN, LUN);
    node.unstage();
    assertThat(node.clean()).isTrue();
    assertThat(node.host.faults().count("maps.disableQueueing")).isEqualTo(1);
  }

  @Test
  void aPathThatDoesNotAnswerMayStillHaveTheVolume() {
    node.stage(EXT4);
    node.host.cut(B);
    node.host.recoveryTimeOver(B);
    node.host.targets().hideOnPortal(IQN, A, LUN);
    assertRefused(Kind.UNAVAILABLE, node::unstage, "no path is usable");
    assertThat(node.host.faults().count("maps.disableQueueing")).isZero();
    node.host.targets().showOnPortal(IQN, A, LUN);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aPathThatLeadsToAnotherVolumeIsTakenOutBeforeTheRestIsWrittenBack() {
    node.stage(BLOCK);
    node.host.targets().mapOnPortal(IQN, B, LUN, new FakeLun(OTHER.serial(), SIZE));
    node.unstage();
    assertThat(node.clean()).isTrue();
    assertThat(node.host.faults().count("fileSystems.flush")).isEqualTo(1);
  }

  @Test
  void aPathThatMultipathdDoesNotForgetIsTakenFromItsList() {
    node.stage(EXT4);
    String name = node.host.disks().at(node.host.allDisks().getFirst()).orElseThrow().name();
    node.host.ghostPath(name);
    node.unstage();
    assertThat(node.host.faults().journal()).contains("maps.delPath " + name);
    assertThat(node.clean()).isTrue();
  }

  @Test
  void withoutMultipathdNothingIsTakenApart() {
    node.stage(BLOCK);
    node.host.multipathdUp(false);
    assertRefused(Kind.UNAVAILABLE, node::unstage, "multipathd");
    assertThat(node.host.allDisks()).hasSize(2);
    node.host.multipathdUp(true);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void aFailedFlushKeepsEverything() {
    node.stage(BLOCK);
    node.host.faults().failNext("fileSystems.flush", 1, Failure.internal("input/output error"));
    assertRefused(Kind.INTERNAL, node::unstage, "input/output error");
    assertThat(node.host.maps().find(VOLUME.wwid())).isPresent();
    assertThat(node.host.allDisks()).hasSize(2);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void anotherVolumeOnTheSameSessionsIsLeftAlone() {
    node.host.targets().map(IQN, 8, new FakeLun(OTHER.serial(), SIZE));
    Path elsewhere = directory.resolve("other");
    node.stage(new StageRequest(OTHER, NodeUnderTest.context(OTHER, 8), elsewhere, EXT4));
    node.stage(EXT4);
    node.unstage();
    assertThat(node.host.mounts().at(elsewhere)).hasSize(1);
    assertThat(node.host.maps().find(OTHER.wwid()).orElseThrow().slaves()).hasSize(2);
    assertThat(node.host.registeredWwids()).containsExactly(OTHER.wwid());
  }
}
