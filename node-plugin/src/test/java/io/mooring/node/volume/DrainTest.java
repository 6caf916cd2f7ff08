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
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.fake.Faults;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Portals that come, go, and are under maintenance while volumes are attached. */
class DrainTest {
  private static final Portal C = Portal.parse("10.77.3.1:3260");
  private static final int MANY_CALLS = 5;

  @TempDir Path directory;
  private NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory.resolve("node"));
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private static PortalOrder order(long revision, List<Portal> wanted, List<Portal> maintenance) {
    return new PortalOrder("san1", revision, wanted, maintenance);
  }

  private static PortalOrder maintenanceOfB() {
    return order(2, List.of(A), List.of(B));
  }

  private void told(PortalOrder order) {
    node.portals().take(order);
    drain();
  }

  private void drain() {
    node.flow().drain().once();
  }

  private void join() {
    node.flow().lateJoin().once();
  }

  private List<Portal> sessions() {
    return node.host.initiator().sessions().stream()
        .map(Session::persistentPortal)
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  private List<String> since(int calls) {
    return node.host.faults().journal().subList(calls, node.host.faults().journal().size());
  }

  private String obstacle(Portal portal) {
    return node.flow().departures().obstacle(IQN, portal).orElse("");
  }

  /** Another volume on the same target. */
  private void stageAnother() {
    node.host.targets().map(IQN, LUN + 1, new FakeLun(OTHER.serial(), SIZE));
    Path staging = directory.resolve("other");
    NodeUnderTest.makeDirectory(staging);
    node.volumes()
        .stage(
            new StageRequest(OTHER, NodeUnderTest.context(OTHER, LUN + 1), staging, EXT4),
            NodeUnderTest.soon());
  }

  @Test
  void aPortalUnderMaintenanceIsFreeAndTheVolumeGoesOnOverTheOther() {
    node.stage(EXT4);
    told(maintenanceOfB());

    assertThat(sessions()).containsExactly(A);
    assertThat(node.map().slaves()).hasSize(1);
    assertThat(node.host.allDisks()).hasSize(1);
    assertThat(node.host.initiator().records()).containsExactly(NodeUnderTest.route(A));
    assertThat(node.flow().departures().isSettled(maintenanceOfB())).isTrue();
  }

  @Test
  void newCommandsAreKeptOffThePathBeforeItLeavesAndItsSessionGoesLast() {
    node.stage(EXT4);
    int before = node.host.faults().journal().size();
    told(maintenanceOfB());

    assertThat(since(before).stream().map(call -> call.substring(0, call.indexOf(' '))))
        .containsExactly(
            "maps.failPath",
            "maps.delPath",
            "disks.delete",
            "initiator.logout",
            "initiator.removeRecord");
  }

  @Test
  void nobodyBringsBackWhatIsDrained() {
    node.stage(EXT4);
    told(maintenanceOfB());
    int before = node.host.faults().journal().size();
    join();
    drain();
    node.restart();
    join();
    drain();

    assertThat(since(before)).isEmpty();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void aVolumeThatIsStagedMeanwhileKeepsAway() {
    node.portals().take(maintenanceOfB());
    node.stage(EXT4);

    assertThat(sessions()).containsExactly(A);
    assertThat(node.tracking().get(VOLUME).orElseThrow().context().routes()).hasSize(2);
  }

  @Test
  void whatIsTakenBackJoinsAgain() {
    node.stage(EXT4);
    told(maintenanceOfB());
    told(order(3, List.of(A, B), List.of()));
    join();

    assertThat(sessions()).containsExactly(A, B);
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void aPortalThatIsAddedJoinsEveryVolume() {
    node.stage(EXT4);
    stageAnother();
    told(order(2, List.of(A, B, C), List.of()));
    join();

    assertThat(sessions()).containsExactly(A, B, C);
    assertThat(node.map().slaves()).hasSize(3);
    assertThat(node.host.maps().find(OTHER.wwid()).orElseThrow().slaves()).hasSize(3);
  }

  @Test
  void aPortalThatIsNotNamedAnyMoreLeaves() {
    node.stage(EXT4);
    told(order(2, List.of(A), List.of()));

    assertThat(sessions()).containsExactly(A);
    assertThat(node.map().slaves()).hasSize(1);
  }

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
    node.host.targets().map(IQN, LUN + 1, new FakeLun(OTHER.serial(), SIZE));
    node.host.targets().hideOnPortal(IQN, A, LUN + 1);
    Path staging = directory.resolve("other");
    NodeUnderTest.makeDirectory(staging);
    node.volumes()
        .stage(
            new StageRequest(OTHER, NodeUnderTest.context(OTHER, LUN + 1), staging, EXT4),
            NodeUnderTest.soon());
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

  @Test
  void aStepThatFailsIsTriedAgainAndTheReasonIsKnownMeanwhile() {
    node.stage(EXT4);
    node.portals().take(maintenanceOfB());
    node.host.faults().failNext("disks.delete", 1, Failure.unavailable("it is busy"));
    drain();
    assertThat(sessions()).containsExactly(A, B);
    assertThat(obstacle(B)).contains("it is busy");

    node.restart();
    drain();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void aSessionThatNoVolumeNeedsIsFreedToo() {
    node.stage(EXT4);
    node.unstage();
    told(maintenanceOfB());

    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void anOrderOfYesterdayChangesNothing() {
    assertThat(node.portals().take(order(5, List.of(A, B), List.of()))).isTrue();
    assertThat(node.portals().take(maintenanceOfB())).isFalse();
    assertThat(node.portals().take(order(5, List.of(A, B), List.of()))).isFalse();
    assertThat(node.portals().take(order(5, List.of(A), List.of()))).isTrue();
  }

  @Test
  void aContextThatIsNewerThanTheOrderCounts() {
    PublishContext old = NodeUnderTest.context(VOLUME, LUN);
    PublishContext newer = old.over(old.targets(), 3);
    PortalOrder order = maintenanceOfB();

    assertThat(order.applied(newer)).isEqualTo(newer);
    assertThat(order.applied(old.over(old.targets(), 2)).routes()).hasSize(1);
    assertThat(order.applied(old).routes()).hasSize(1);
  }

  @Test
  void aContextOfOldWithOtherPortalsThanTheOrderCounts() {
    PublishContext old = NodeUnderTest.context(VOLUME, LUN);

    assertThat(order(2, List.of(C), List.of()).applied(old)).isEqualTo(old);
  }

  @Test
  void aPortalThatIsDeadLeavesWithItsSession() {
    node.stage(EXT4);
    node.host.cut(B);
    node.host.recoveryTimeOver(B);
    told(maintenanceOfB());

    assertThat(sessions()).containsExactly(A);
    node.host.targets().receive(B, Reception.WELCOME);
    join();
    assertThat(sessions()).containsExactly(A);
  }

  @Test
  void aDrainThatWasKilledAtAnyStepIsFinished() throws IOException {
    for (int step = 1; step < 40; step++) {
      for (boolean after : new boolean[] {false, true}) {
        Path fresh = Files.createDirectories(directory.resolve("killed-" + step + after));
        try (NodeUnderTest victim = new NodeUnderTest(fresh)) {
          if (!killed(victim, step, after)) {
            assertThat(step).as("number of calls").isGreaterThan(MANY_CALLS);
            return;
          }
        }
      }
    }
    fail("the drain makes no end of calls");
  }

  private static boolean killed(NodeUnderTest victim, int step, boolean after) {
    victim.singleThreaded();
    victim.stage(EXT4);
    victim.portals().take(maintenanceOfB());
    victim.host.faults().crashAtCall(step, after);
    boolean killed = false;
    try {
      victim.flow().drain().once();
    } catch (Faults.Crash e) {
      killed = true;
    }
    victim.host.faults().noCrash();
    assertThat(victim.map().slaves()).as("step %d", step).isNotEmpty();
    victim.restart();
    victim.flow().lateJoin().once();
    victim.flow().drain().once();
    assertThat(victim.map().slaves()).as("step %d", step).hasSize(1);
    assertThat(victim.host.initiator().sessions())
        .as("step %d", step)
        .extracting(Session::persistentPortal)
        .containsExactly(A);
    assertThat(victim.host.violations()).isEmpty();
    return killed;
  }
}
