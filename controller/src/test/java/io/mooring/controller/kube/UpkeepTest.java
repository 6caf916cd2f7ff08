package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.kube.AttachmentStatus.PathEntry;
import io.mooring.controller.kube.PortalUse.OnNode;
import io.mooring.controller.kube.TargetStatus.PortalStatus;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private static final Portal A = new Portal("192.0.2.1", 3260);
  private static final Portal B = new Portal("fd00::1", 3260);

  // As a node writes it.
  private static final String B_ON_NODE = "[fd00:0:0:0:0:0:0:1]:3260";
  private static final PortalPlan B_DOWN =
      new PortalPlan("san-a", 5, List.of(A), List.of(B), Optional.empty());
  private static final PortalPlan BOTH =
      new PortalPlan("san-a", 6, List.of(A, B), List.of(), Optional.empty());

  /** A volume over both, that is how it is over B. */
  private static OnNode on(String node, long revision, String state, String message) {
    return new OnNode(
        node,
        "claim shop/data",
        Optional.of(
            new AttachmentStatus(
                AttachmentStatus.HEALTHY,
                "1/1",
                1,
                1,
                "w",
                "dm-3",
                List.of(
                    new PathEntry(A.hostPort(), "sdb", 4, "Ready", null),
                    new PathEntry(B_ON_NODE, "", 0, state, message.isEmpty() ? null : message)),
                null,
                null,
                revision)));
  }

  private static OnNode silent(String node) {
    return new OnNode(node, "volume san-a/1", Optional.empty());
  }

  private static TargetStatus before(PortalStatus... portals) {
    return new TargetStatus(
        null, null, null, null, List.of(), List.of(), List.of(portals), List.of());
  }

  private static Upkeep look(PortalPlan plan, TargetStatus before, OnNode... volumes) {
    return Upkeep.of(plan, new PortalUse(plan.revision(), List.of(volumes)), before);
  }

  private static void expect(
      Upkeep upkeep, String phase, String nodes, String status, String... words) {
    assertThat(upkeep.portals()).hasSize(1);
    PortalStatus portal = upkeep.portals().getFirst();
    assertThat(portal.portal()).isEqualTo(B.hostPort());
    assertThat(portal.phase()).isEqualTo(phase);
    assertThat(portal.nodes()).isEqualTo(nodes);
    assertThat(words).allMatch(portal.message()::contains, portal.message());
    assertThat(upkeep.outcome().orElseThrow().reason()).isEqualTo(phase);
    assertThat(upkeep.outcome().orElseThrow().status()).isEqualTo(status);
  }

  @Test
  void whenEveryNodeSaysSoItIsSafe() {
    expect(
        look(B_DOWN, before(), on("worker1", 5, "Drained", ""), on("worker2", 5, "Drained", "")),
        PortalStatus.SAFE,
        "2/2",
        "True");
    expect(look(B_DOWN, before()), PortalStatus.SAFE, "0/0", "True");
  }

  @Test
  void aNodeThatStillHasAPathThereIsWaitedFor() {
    expect(
        look(B_DOWN, before(), on("worker1", 5, "Drained", ""), on("worker2", 5, "Leaving", "")),
        PortalStatus.DRAINING,
        "1/2",
        "False",
        "worker2",
        "claim shop/data");
  }

  @Test
  void whatWasSaidUnderAnOlderOrderDoesNotCount() {
    expect(
        look(B_DOWN, before(), on("worker1", 4, "Drained", "")),
        PortalStatus.DRAINING,
        "0/1",
        "False",
        "worker1",
        "not linked");
  }

  @Test
  void aNodeThatSaysNothingOfAVolumeThatItMayHaveIsNotSafe() {
    expect(
        look(B_DOWN, before(), on("worker1", 5, "Drained", ""), silent("worker2")),
        PortalStatus.DRAINING,
        "1/2",
        "False",
        "worker2",
        "san-a/1");
  }

  @Test
  void aPathThatIsReadyUnderTheOrderIsNotSafe() {
    expect(
        look(B_DOWN, before(), on("worker1", 5, "Ready", "")),
        PortalStatus.DRAINING,
        "0/1",
        "False");
  }

  @Test
  void theReasonOfTheNodeThatRefusesIsTold() {
    expect(
        look(
            B_DOWN,
            before(),
            on("worker1", 5, "Leaving", ""),
            on("worker2", 5, "Leaving", "it has no other path")),
        PortalStatus.REFUSED,
        "0/2",
        "False",
        "worker2",
        "it has no other path");
  }

  @Test
  void aReasonThatIsOverInAMomentIsNoRefusal() {
    expect(
        look(B_DOWN, before(), on("worker1", 5, "Leaving", "san-a/1 is busy; it is tried again")),
        PortalStatus.DRAINING,
        "0/1",
        "False",
        "worker1",
        "is busy");
  }

  @Test
  void whatANodeRefusedUnderAnOlderOrderIsNoRefusalOfThisOne() {
    expect(
        look(B_DOWN, before(), on("worker1", 4, "Leaving", "it has no other path")),
        PortalStatus.DRAINING,
        "0/1",
        "False",
        "has not answered");
  }

  @Test
  void maintenanceThatIsRefusedAsAWholeSaysWhy() {
    PortalPlan refused =
        new PortalPlan("san-a", 5, List.of(A, B), List.of(), Optional.of("it covers all"));
    Upkeep upkeep = look(refused, before(), on("worker1", 5, "Ready", ""));

    assertThat(upkeep.portals()).isEmpty();
    assertThat(upkeep.outcome())
        .contains(new Upkeep.Outcome("False", PortalStatus.REFUSED, "it covers all"));
  }

  @Test
  void aPortalIsReturningUntilEveryNodeHasItsPathBack() {
    TargetStatus safe = before(new PortalStatus(B.hostPort(), PortalStatus.SAFE, "2/2", "m"));
    expect(
        look(BOTH, safe, on("worker1", 6, "Ready", ""), on("worker2", 6, "Missing", "")),
        PortalStatus.RETURNING,
        "1/2",
        "False",
        "worker2");
    expect(
        look(BOTH, safe, on("worker1", 5, "Drained", "")), PortalStatus.RETURNING, "0/1", "False");

    Upkeep back = look(BOTH, safe, on("worker1", 6, "Ready", ""), silent("worker2"));
    assertThat(back).isEqualTo(Upkeep.NONE);
  }

  @Test
  void aPortalThatTheHostHasLostDoesNotReturn() {
    TargetStatus safe = before(new PortalStatus(B.hostPort(), PortalStatus.SAFE, "2/2", "m"));
    PortalPlan alone = new PortalPlan("san-a", 6, List.of(A), List.of(), Optional.empty());

    assertThat(look(alone, safe, on("worker1", 6, "Ready", ""))).isEqualTo(Upkeep.NONE);
  }
}
