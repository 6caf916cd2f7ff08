package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.IQN;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a drain leaves alone, since a volume would be without a path. */
class DrainRefusalTest extends PortalsUnderTest {
  @Test
  void theLastLivePathIsNeverTaken() {
    node.stage(EXT4);
    node.host.cut(A);
    told(maintenanceOfB());

    assertThat(sessions()).containsExactly(A, B);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(obstacle(B)).contains("no live path but that of session");

    node.host.restore(A);
    node.restart();
    drain();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void theOtherPathMayDieWhileCommandsAreWaitedFor() {
    node.stage(EXT4);
    node.host.keepInFlight(B, 3);
    node.portals().take(maintenanceOfB());
    CompletableFuture<Void> drained = CompletableFuture.runAsync(this::drain);
    await().until(() -> node.host.faults().count("maps.failPath") > 0);
    node.host.cut(A);
    node.host.keepInFlight(B, 0);
    drained.join();

    assertThat(node.map().slaves()).hasSize(2);
    assertThat(sessions()).containsExactly(A, B);
    assertThat(node.host.faults().count("maps.reinstatePath")).isEqualTo(1);
    assertThat(obstacle(B)).contains("no live path but that of session");
  }

  @Test
  void aPortalThatFellSilentUnnoticedIsNoAlternative() {
    node.stage(EXT4);
    node.host.network().drop(A);
    int before = node.host.faults().journal().size();
    told(maintenanceOfB());

    assertThat(since(before)).isEmpty();
    assertThat(sessions()).containsExactly(A, B);
    assertThat(obstacle(B)).contains("that answers");

    node.host.network().answer(A);
    node.restart();
    drain();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void theOtherPathMayFallSilentWhileCommandsAreWaitedFor() {
    node.stage(EXT4);
    node.host.keepInFlight(B, 3);
    node.portals().take(maintenanceOfB());
    CompletableFuture<Void> drained = CompletableFuture.runAsync(this::drain);
    await().until(() -> node.host.faults().count("maps.failPath") > 0);
    node.host.network().drop(A);
    node.host.keepInFlight(B, 0);
    drained.join();

    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.host.faults().count("maps.reinstatePath")).isEqualTo(1);
    assertThat(obstacle(B)).contains("that answers");
  }

  @Test
  void aSessionThatIsGoneIsNotMistakenForTheOneThatHasItsHostNumberNow() {
    node.stage(EXT4);
    Session gone =
        node.host.initiator().sessions().stream()
            .filter(session -> session.persistentPortal().equals(B))
            .findFirst()
            .orElseThrow();
    told(maintenanceOfB());
    FakeLun anothers = new FakeLun(OTHER.serial(), SIZE);
    TargetPortal elsewhere = new TargetPortal("iqn.2026-01.org.example:other", 1, B);
    assertThat(node.host.addSession(elsewhere)).isEqualTo(gone.hostNumber());
    node.host.targets().map(elsewhere.iqn(), LUN, anothers);
    node.host.addStaleDisk(gone.hostNumber(), LUN, anothers);
    int before = node.host.faults().journal().size();

    assertRefused(
        Kind.UNAVAILABLE,
        () -> node.flow().repairs().renew(gone, NodeUnderTest.route(B), NodeUnderTest.soon()),
        "is gone");

    assertThat(since(before)).isEmpty();
    assertThat(node.host.allDisks()).hasSize(2);
  }

  @Test
  void whereOneVolumeWouldBeWithoutAPathNothingOfThePortalIsTaken() {
    node.stage(EXT4);
    node.host.targets().hideOnPortal(IQN, A, LUN + 1);
    node.stageOther();
    int before = node.host.faults().journal().size();
    told(maintenanceOfB());

    assertThat(node.map().slaves()).hasSize(2);
    assertThat(since(before)).isEmpty();
    assertThat(obstacle(B)).contains(OTHER.wwid().value());
  }

  @Test
  void aPathThatIsToLeaveAsWellIsNoAlternative() {
    node.stage(EXT4);
    told(order(2, List.of(C), List.of(A, B)));

    assertThat(sessions()).containsExactly(A, B);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(obstacle(A)).isNotEmpty();
    assertThat(obstacle(B)).isNotEmpty();
  }

  @Test
  void theReasonIsForgottenWithTheOrder() {
    node.stage(EXT4);
    node.host.cut(A);
    told(maintenanceOfB());
    assertThat(obstacle(B)).isNotEmpty();
    told(order(3, List.of(A, B), List.of()));
    assertThat(obstacle(B)).isEmpty();
  }

  @Test
  void aPathWhoseCommandsDoNotEndStaysInUse() {
    node.stage(EXT4);
    node.host.keepInFlight(B, 3);
    told(maintenanceOfB());

    assertThat(node.map().slaves()).hasSize(2);
    assertThat(obstacle(B)).contains("does not end");
    assertThat(node.host.faults().count("maps.reinstatePath")).isEqualTo(1);

    node.host.keepInFlight(B, 0);
    node.restart();
    drain();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void whileACallWorksOnAVolumeNothingIsTouchedAndNothingIsSettled() {
    node.stage(EXT4);
    Tracking tracking = node.tracking();
    tracking.portals().take(maintenanceOfB());
    VolumeLocks locks = new VolumeLocks();
    Departures departures = new Departures(List.of());
    CompletableFuture.runAsync(() -> locks.take(VOLUME, NodeUnderTest.soon())).join();
    int before = node.host.faults().journal().size();
    drain(tracking, locks, departures).round();

    assertThat(since(before)).isEmpty();
    assertThat(departures.obstacle(IQN, B).orElseThrow()).contains("is busy");
    assertThat(departures.isSettled(maintenanceOfB())).isFalse();
  }

  private Drain drain(Tracking tracking, VolumeLocks locks, Departures departures) {
    Devices devices = node.devices();
    Timings timings = NodeUnderTest.TIMINGS;
    return new Drain(
        devices,
        tracking,
        new PathsOfSession(
            devices,
            new PathQuiet(devices.maps(), devices.disks(), timings),
            new PathExit(devices.maps(), devices.disks(), timings),
            new PathRemoval(devices, timings, Runnable::run)),
        new VolumesOfTarget(tracking, locks),
        new TargetLocks(),
        departures,
        new BackOff<>(new ManualTicker(), Duration.ofSeconds(5), Duration.ofSeconds(60), () -> 1));
  }
}
