package io.mooring.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.iscsi.SessionState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.volume.PortalOrder;
import io.mooring.runtime.claim.Claim;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathReporterTest extends ReportedVolume {
  @Test
  void nothingIsSaidBeforeTheFirstLook() {
    assertThat(reporter.known()).isEmpty();
    round();
    assertThat(reporter.known()).contains(List.of());
  }

  @Test
  void everyPathIsNamedWithItsPortalDiskAndSession() {
    aVolumeOverBoth();

    assertThat(volume().volume()).isEqualTo(VOLUME);
    assertThat(volume().claim()).isEqualTo(CLAIM);
    assertThat(volume().map()).startsWith("dm-");
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.READY);
    PathStatus first = volume().paths().getFirst();
    assertThat(first.target()).isEqualTo(route(A));
    assertThat(first.session()).isEqualTo(session(A).id());
    assertThat(first.device()).startsWith("sd");
    assertThat(volume().lastFailover()).isEmpty();
  }

  @Test
  void aRecordOfAnOlderVersionNamesNoClaim() {
    track(null);
    round();
    assertThat(volume().claim()).isEqualTo(Claim.NONE);
  }

  @Test
  void whoeverWantsEveryLookGetsItWithTheSessions() {
    aVolumeOverBoth();
    host.cut(B);
    round();
    round();

    assertThat(looks).hasSize(3);
    assertThat(looks.getLast().volumes()).extracting(VolumePaths::volume).containsExactly(VOLUME);
    assertThat(looks.getLast().sessions())
        .containsExactly(SessionState.LOGGED_IN, SessionState.FAILED);
  }

  @Test
  void withoutAVolumeSessionsAreStillSeen() {
    host.addSession(route(A));
    round();
    assertThat(looks.getLast())
        .isEqualTo(new PathsSeen(List.of(), List.of(SessionState.LOGGED_IN)));
  }

  @Test
  void whileAllIsWellLooksAreRareAndWhileAPathIsDownTheyAreNot() {
    aVolumeOverBoth();
    assertThat(reporter.loop().pause()).isEqualTo(Duration.ofSeconds(10));
    host.cut(B);
    round();
    assertThat(reporter.loop().pause()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whileNothingChangesNothingIsTold() {
    aVolumeOverBoth();
    int before = told.get();
    round();
    round();
    assertThat(told).hasValue(before);
  }

  @Test
  void aPathThatMultipathdHasFailedHasFailed() {
    aVolumeOverBoth();
    host.maps().failPath(volume().paths().getLast().device(), soon());
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
  }

  @Test
  void aVolumeWhoseDevicesHaveVanishedIsStillSpokenOf() {
    aVolumeOverBoth();
    for (PathStatus path : volume().paths()) {
      assertThat(host.maps().delPath(path.device(), soon()).ok()).isTrue();
    }
    round();
    assertThat(states()).containsOnly(PathStatus.State.MISSING).hasSize(2);
  }

  @Test
  void withoutMultipathdTheSessionsAloneDecide() {
    aVolumeOverBoth();
    host.multipathdUp(false);
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.READY);
    host.cut(A);
    round();
    assertThat(states()).containsExactly(PathStatus.State.FAILED, PathStatus.State.READY);
  }

  @Test
  void multipathdsSilenceMakesNoPathReadyThatItHadFailed() {
    aVolumeOverBoth();
    host.maps().failPath(volume().paths().getLast().device(), soon());
    round();
    host.multipathdUp(false);
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
  }

  @Test
  void aVolumeThatIsGivenBackIsNotSpokenOf() {
    aVolumeOverBoth();
    tracking.remove(VOLUME);
    round();
    assertThat(reporter.known()).contains(List.of());
  }

  @Test
  void aPathThatIsToLeaveIsNotExpectedAndNoFailover() {
    aVolumeOverBoth();
    PortalOrder order = new PortalOrder("san1", 2, List.of(A), List.of(B));
    tracking.portals().take(order);
    departures.stays(IQN, B, "it is busy");
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.LEAVING);
    assertThat(volume().paths().getLast().note()).isEqualTo("it is busy");
    assertThat(volume().paths().getLast().device()).startsWith("sd");
    assertThat(volume().expected()).isEqualTo(1);
    assertThat(volume().portalsRevision()).isEqualTo(2);
    assertThat(volume().lastFailover()).isEmpty();
  }

  @Test
  void aPathIsDrainedOnceNothingOfItIsThereAndNobodyCanBringItBack() {
    host.targets().map(IQN, LUN, lun);
    int hostA = host.addSession(route(A));
    host.addStaleDisk(hostA, LUN, lun);
    host.addMap(lun.wwid(), Hctl.of(hostA, LUN));
    track();
    PortalOrder order = new PortalOrder("san1", 2, List.of(A), List.of(B));
    tracking.portals().take(order);
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.LEAVING);

    departures.settled(order);
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.DRAINED);
  }

  @Test
  void aPathOverAPortalThatIsNotNamedAnyMoreIsShownUntilItIsGone() {
    aVolumeOverBoth();
    tracking.portals().take(new PortalOrder("san1", 2, List.of(A), List.of()));
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.LEAVING);

    host.maps().delPath(volume().paths().getLast().device(), soon());
    round();
    assertThat(states()).containsExactly(PathStatus.State.READY);
    assertThat(volume().lastFailover()).isEmpty();
  }
}
