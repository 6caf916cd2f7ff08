package io.mooring.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeHost;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.guard.GuardNotes;
import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.volume.Departures;
import io.mooring.node.volume.Phase;
import io.mooring.node.volume.PodUses;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PortalOrders;
import io.mooring.node.volume.TargetEntry;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathReporterTest {
  private static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  private static final Portal A = Portal.parse("10.77.1.1:3260");
  private static final Portal B = Portal.parse("10.77.2.1:3260");
  private static final VolumeId VOLUME = new VolumeId("san1", "0123456789abcdef".repeat(2));
  private static final int LUN = 7;
  private static final Claim CLAIM = new Claim("shop", "data");

  @TempDir Path directory;
  private final FakeHost host = new FakeHost("iqn.2026-01.io.mooring:node.test");
  private final FakeLun lun = new FakeLun(VOLUME.serial(), 1L << 30);
  private final AtomicInteger told = new AtomicInteger();
  private final List<PathsSeen> looks = new ArrayList<>();
  private final List<Failover> byKernel = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final GuardRecord guard = new GuardRecord(new Nobody(), () -> now);
  private final Departures departures = new Departures(List.of());
  private Tracking tracking;
  private PathReporter reporter;

  /** The metrics, which are not looked at here. */
  private static final class Nobody implements GuardNotes {
    @Override
    public void gaveUp(Session path, Reason reason, Duration took) {}

    @Override
    public void heldBack(Session path, Hold why) {}

    @Override
    public void cameBack(Session path) {}

    @Override
    public void watching(int paths) {}
  }

  /** Keeps what it hears. */
  private final class Looks implements LookNotes {
    @Override
    public void seen(PathsSeen now) {
      looks.add(now);
    }

    @Override
    public void failedOverByKernel(Failover failover) {
      byKernel.add(failover);
    }
  }

  @BeforeEach
  void start() {
    tracking =
        new Tracking(
            new Documents<>(directory.resolve("volumes"), TrackedVolume.class),
            new PortalOrders(new Documents<>(directory.resolve("portals"), PortalOrder.class)),
            new PodUses(
                new Documents<>(directory.resolve("pods"), PodUses.Use.class),
                host.bootId().current()));
    reporter =
        new PathReporter(host.devices(), tracking, departures, guard, () -> now, new Looks());
    reporter.whenChanged(told::incrementAndGet);
  }

  private static TargetPortal route(Portal portal) {
    return new TargetPortal(IQN, 1, portal);
  }

  private void aVolumeOverBoth() {
    host.targets().map(IQN, LUN, lun);
    int hostA = host.addSession(route(A));
    int hostB = host.addSession(route(B));
    host.addStaleDisk(hostA, LUN, lun);
    host.addStaleDisk(hostB, LUN, lun);
    host.addMap(lun.wwid(), Hctl.of(hostA, LUN), Hctl.of(hostB, LUN));
    track();
    round();
  }

  private void track() {
    track(CLAIM);
  }

  private void track(@Nullable Claim claim) {
    tracking.put(
        new TrackedVolume(
            VOLUME.toString(),
            VOLUME.wwid().value(),
            List.of(new TargetEntry(IQN, 1, LUN, List.of(A, B))),
            1L << 30,
            false,
            host.bootId().current(),
            Phase.STAGED,
            "/staging",
            "",
            List.of(),
            false,
            null,
            null,
            null,
            claim,
            null));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(100));
  }

  private void round() {
    now = now.plusSeconds(3);
    reporter.round();
  }

  private VolumePaths volume() {
    return reporter.known().orElseThrow().getFirst();
  }

  private List<PathStatus.State> states() {
    return volume().paths().stream().map(PathStatus::state).toList();
  }

  private Session session(Portal portal) {
    return host.initiator().sessions().stream()
        .filter(session -> session.persistentPortal().equals(portal))
        .findFirst()
        .orElseThrow();
  }

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
  void aPathWhoseSessionIsDownHasFailedAndTheKernelHasFailedOver() {
    aVolumeOverBoth();
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
    assertThat(volume().lastFailover())
        .contains(new Failover(now, Optional.empty(), B, Failover.BY_KERNEL));
  }

  @Test
  void aFailoverOfTheKernelIsToldOnceAndTheGuardsActsAreNot() {
    aVolumeOverBoth();
    host.cut(B);
    round();
    round();
    assertThat(byKernel)
        .containsExactly(
            new Failover(now.minusSeconds(3), Optional.empty(), B, Failover.BY_KERNEL));
    host.restore(B);
    round();
    guard.gaveUp(session(A), Reason.CARRIER, Duration.ofMillis(140));
    host.cut(A);
    round();
    assertThat(byKernel).hasSize(1);
  }

  @Test
  void aPathThatComesBackIsReadyAndTheFailoverIsRemembered() {
    aVolumeOverBoth();
    host.cut(B);
    round();
    Optional<Failover> failover = volume().lastFailover();
    host.restore(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.READY);
    assertThat(volume().lastFailover()).isEqualTo(failover).isPresent();
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
  void theGuardsActCountsOnceWhetherTheKernelShowsItAtOnceOrLater() {
    aVolumeOverBoth();
    guard.gaveUp(session(B), Reason.CARRIER, Duration.ofMillis(140));
    Failover act = new Failover(now, Optional.of(Duration.ofMillis(140)), B, "carrier");
    round();
    assertThat(volume().lastFailover()).contains(act);
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
    assertThat(volume().lastFailover()).contains(act);
  }

  @Test
  void whatTheGuardLeavesToTheKernelIsTimedFromThen() {
    aVolumeOverBoth();
    guard.heldBack(session(B), Hold.TARGET);
    now = now.plusSeconds(12);
    host.cut(B);
    round();

    assertThat(volume().lastFailover())
        .contains(new Failover(now, Optional.of(Duration.ofSeconds(15)), B, Failover.BY_KERNEL));
  }

  @Test
  void theLastPathsLossIsNoFailover() {
    aVolumeOverBoth();
    host.cut(A);
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.FAILED, PathStatus.State.FAILED);
    assertThat(volume().lastFailover()).isEmpty();
  }

  @Test
  void whatTheGuardDidBeforeTheVolumeCameIsNotItsFailover() {
    host.addSession(route(B));
    guard.gaveUp(session(B), Reason.SILENCE, Duration.ofMillis(700));
    now = now.plusSeconds(60);
    track();
    round();

    assertThat(states()).containsOnly(PathStatus.State.MISSING);
    assertThat(volume().lastFailover()).isEmpty();
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
