package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.fake.Faults;
import io.mooring.node.iscsi.Session;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Portals that come, go, and are under maintenance while volumes are attached. */
class DrainTest extends PortalsUnderTest {
  private static final int MANY_CALLS = 5;

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
    node.stageOther();
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
