package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.fs.FsType;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachTest {
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
  void stagesOverEveryPortalAndMountsTheMap() {
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.host.mounts().at(node.staging()))
        .singleElement()
        .satisfies(mount -> {
          assertThat(mount.device()).isEqualTo(node.map().number());
          assertThat(mount.source()).isEqualTo("/dev/mapper/" + VOLUME.wwid());
        });
    assertThat(node.tracking().get(VOLUME).orElseThrow().phase()).isEqualTo(Phase.STAGED);
  }

  @Test
  void theMountIsOfTheMapEvenWithOnePath() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(1);
    assertThat(node.host.mounts().at(node.staging()).getFirst().device())
        .isEqualTo(node.map().number());
  }

  @Test
  void aSecondStageDoesNothingAgain() {
    node.stage(EXT4);
    int done = node.host.faults().journal().size();
    node.stage(EXT4);
    assertThat(node.host.faults().journal().subList(done, node.host.faults().journal().size()))
        .allMatch(call -> call.startsWith("fileSystems.readProof"));
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
  }

  @Test
  void aRawDeviceIsStagedWithoutAMountAndTwice() {
    node.stage(BLOCK);
    node.stage(BLOCK);
    assertThat(node.host.mounts().table()).isEmpty();
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.lun.formats()).isZero();
  }

  @Test
  void onlyTheOneLunIsScanned() {
    node.host.targets().map(IQN, 8, new FakeLun(NodeUnderTest.OTHER.serial(), SIZE));
    node.stage(EXT4);
    assertThat(node.host.allDisks()).hasSize(2).allMatch(disk -> disk.lun() == LUN);
  }

  @Test
  void theWwidIsRegisteredBeforeTheFirstScan() {
    node.singleThreaded();
    node.stage(EXT4);
    List<String> journal = node.host.faults().journal();
    assertThat(journal.indexOf("maps.registerWwid " + VOLUME.wwid()))
        .isNotNegative()
        .isLessThan(first(journal, "disks.scan"));
  }

  private static int first(List<String> journal, String call) {
    for (int i = 0; i < journal.size(); i++) {
      if (journal.get(i).startsWith(call)) {
        return i;
      }
    }
    throw new AssertionError(call + " is not in " + journal);
  }

  @Test
  void aSilentPortalIsNotWaitedFor() {
    node.stage(EXT4);
    node.unstage();
    long start = System.nanoTime();
    node.stage(EXT4);
    Duration healthy = Duration.ofNanos(System.nanoTime() - start);
    node.unstage();
    node.host.targets().receive(B, Reception.DEAD);
    start = System.nanoTime();
    node.stage(EXT4);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(healthy.plus(NodeUnderTest.TIMINGS.grace()));
  }

  @Test
  void aPortalThatAnswersAndHangsIsWaitedForNoLongerThanTheGrace() {
    node.host.targets().receive(B, Reception.SLOW);
    long start = System.nanoTime();
    node.stage(EXT4);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(NodeUnderTest.TIMINGS.grace())
        .isLessThan(NodeUnderTest.TIMINGS.login());
    assertThat(node.map().slaves()).hasSize(1);
  }

  @Test
  void aPortalThatWasDeadAMomentAgoIsLeftToTheBackground() {
    node.host.targets().receive(B, Reception.DEAD);
    node.stage(EXT4);
    node.unstage();
    node.host.targets().receive(B, Reception.WELCOME);
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(1);
  }

  /** A stage that was killed between its mount and its end. */
  private void leaveUnfinished() {
    node.stage(EXT4);
    TrackedVolume tracked = node.tracking().get(VOLUME).orElseThrow();
    node.tracking().put(tracked.in(Phase.STAGING));
    node.restart();
  }

  @Test
  void whatAnUnfinishedStageHasMountedIsLeftToTheKubeletWhileItIsBusy() {
    leaveUnfinished();
    node.host.faults().failNext("mounts.unmount", 1, Failure.failedPrecondition("it is busy"));

    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "unfinished", "busy");

    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whatAnUnfinishedStageHasMountedStaysWhileThereIsNoPath() {
    leaveUnfinished();
    node.host.cut(A);
    node.host.cut(B);

    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4));

    assertThat(node.host.faults().count("mounts.unmount")).isZero();
  }

  @Test
  void anUnfinishedStageIsFinishedOverAnotherPortal() {
    node.host.targets().receive(B, Reception.DEAD);
    leaveUnfinished();
    node.host.cut(A);
    node.host.targets().receive(B, Reception.WELCOME);

    node.stage(EXT4);

    assertThat(node.tracking().get(VOLUME).orElseThrow().phase()).isEqualTo(Phase.STAGED);
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
  }

  @Test
  void noPortalMeansUnavailableAndNothingLeft() {
    node.host.targets().receive(A, Reception.DEAD);
    node.host.targets().receive(B, Reception.DEAD);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), A.toString(), B.toString());
    assertThat(node.host.allDisks()).isEmpty();
    assertThat(node.host.registeredWwids()).isEmpty();
    assertThat(node.tracking().get(VOLUME).orElseThrow().phase()).isEqualTo(Phase.STAGING);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void refusedCredentialsArePermanent() {
    node.host.targets().receive(A, Reception.WRONG_CREDENTIALS);
    node.host.targets().receive(B, Reception.WRONG_CREDENTIALS);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "refuses the secret");
  }

  @Test
  void aLunThatIsNotMappedIsUnavailableAndUndone() {
    node.host.targets().hideOnPortal(IQN, A, LUN);
    node.host.targets().hideOnPortal(IQN, B, LUN);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "not visible");
    assertThat(node.host.allDisks()).isEmpty();
    assertThat(node.host.registeredWwids()).isEmpty();
  }

  @Test
  void aLostScanIsRepeated() {
    node.host.loseScans(2);
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void whenMultipathdDoesNotNoticeItIsTold() {
    node.host.multipathdReacts(false);
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.host.faults().count("maps.addPath")).isPositive();
  }

  @Test
  void multipathdIsNotToldBeforeUdevIsDone() {
    node.host.holdUdev(true);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "udev");
    assertThat(node.host.faults().count("maps.addPath")).isZero();
    node.host.holdUdev(false);
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void whatAStageCameToInItsTimeIsWhereTheNextOneGoesOn() {
    node.host.holdUdev(true);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "udev");
    var made = node.host.allDisks();
    assertThat(made).hasSize(2);
    node.host.holdUdev(false);
    node.stage(EXT4);
    assertThat(node.host.allDisks()).isEqualTo(made);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whatAStageCameToInItsTimeGoesWithAnUnstage() {
    node.host.holdUdev(true);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "udev");
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void whatAStageCameToInItsTimeGoesWhenTheNextOneCannotSucceed() {
    node.host.multipathdUp(false);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "multipathd");
    assertThat(node.host.allDisks()).hasSize(2);
    node.host.blacklist(true);
    node.host.multipathdUp(true);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "blacklist_exceptions");
    assertThat(node.clean()).isTrue();
  }

  @Test
  void withoutMultipathdNothingIsStagedAndTheRetryConverges() {
    node.host.multipathdUp(false);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "multipathd");
    assertThat(node.host.mounts().table()).isEmpty();
    node.host.multipathdUp(true);
    node.stage(EXT4);
    assertThat(node.map().slaves()).isNotEmpty();
  }

  @Test
  void aBlacklistIsPermanentAndNamesTheRemedy() {
    node.host.blacklist(true);
    assertRefused(
        Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "blacklist_exceptions", "^mooring");
    assertThat(node.host.allDisks()).isEmpty();
    assertThat(node.host.registeredWwids()).isEmpty();
  }

  @Test
  void aFriendlyNameDoesNotMatter() {
    node.host.friendlyNames();
    node.stage(EXT4);
    assertThat(node.host.mounts().at(node.staging()).getFirst().source())
        .isEqualTo("/dev/disk/by-id/dm-uuid-mpath-" + VOLUME.wwid());
  }

  @Test
  void aSmallerDiskThanPromisedIsRefused() {
    node.host.targets().map(IQN, LUN, new FakeLun(VOLUME.serial(), SIZE / 2));
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "bytes");
    assertThat(node.host.maps().all()).isEmpty();
  }

  @Test
  void aWritableDiskThatShouldBeProtectedIsRefused() {
    PublishContext context =
        new PublishContext(
            VOLUME.identity(), SIZE, true, false, NodeUnderTest.context(VOLUME, LUN).targets());
    StageRequest request = new StageRequest(VOLUME, context, node.staging(), EXT4);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(request), "writable");
  }

  @Test
  void aProtectedDiskIsMountedWithoutTouchingItsJournal() {
    node.stage(EXT4);
    node.unstage();
    node.lun.makeReadOnly();
    PublishContext context =
        new PublishContext(
            VOLUME.identity(), SIZE, true, false, NodeUnderTest.context(VOLUME, LUN).targets());
    node.stage(new StageRequest(VOLUME, context, node.staging(), EXT4));
    Mount mount = node.host.mounts().at(node.staging()).getFirst();
    assertThat(mount.readOnly()).isTrue();
  }

  @Test
  void whatIsMountedAtTheStagingPathAlreadyIsNotCovered() {
    node.host.addMount(node.staging(), new DeviceNumber(8, 1), "ext4");
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(EXT4), "something else");
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
    assertThat(node.host.allDisks()).isEmpty();
  }

  @Test
  void stagedIsStagedInOneWayOnly() {
    node.stage(EXT4);
    Access xfs = new Access.FileSystem(FsType.XFS, List.of());
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(xfs), "unstage");
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(BLOCK), "unstage");
    StageRequest elsewhere =
        new StageRequest(
            VOLUME, NodeUnderTest.context(VOLUME, LUN), directory.resolve("elsewhere"), EXT4);
    assertRefused(Kind.ALREADY_EXISTS, () -> node.stage(elsewhere), "unstage");
  }

  @Test
  void mountOptionsAreNotRepeatedSinceTheyCanBeSecret() {
    node.stage(new Access.FileSystem(FsType.EXT4, List.of("password=hunter2")));
    assertThatThrownBy(() -> node.stage(EXT4))
        .hasMessageContaining("unstage it")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void minimumPathsAreAskedFor() {
    node.close();
    node =
        new NodeUnderTest(
            directory, new Flows.Options(2, Duration.ofHours(1), Duration.ofHours(1)));
    node.host.targets().receive(B, Reception.DEAD);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "minimum-paths");
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(EXT4), "minimum-paths");
    node.host.targets().receive(B, Reception.WELCOME);
    node.restart();
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void anIscsiadmThatFailsOnOnePortalDoesNotStopTheOther() {
    node.singleThreaded();
    node.host.faults().failNext("initiator.login", 1, Failure.internal("iscsiadm broke"));
    node.stage(EXT4);
    assertThat(node.map().slaves()).hasSize(1);
  }
}
