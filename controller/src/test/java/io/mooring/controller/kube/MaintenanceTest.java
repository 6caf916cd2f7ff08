package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mooring.controller.kube.TargetStatus.Condition;
import io.mooring.controller.kube.TargetStatus.PortalStatus;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.PathState.State;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.Node;
import io.mooring.controller.target.NodeUse;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.rpc.GrpcAgents;
import io.mooring.controller.target.rpc.GrpcAgentsForTests;
import io.mooring.controller.testing.FakeAgent;
import io.mooring.controller.testing.FakeHost;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the spec of a StorageTarget to its status, with an agent and what a node says. */
@Timeout(60)
class MaintenanceTest {
  private static final long GIB = 1L << 30;
  private static final String A = "10.77.1.1:3260";
  private static final String B = "[fd00::1]:3260";

  private final ApiServer api = new ApiServer();
  private final SecretFiles secrets = new SecretFiles(api.client(), ApiServer.NAMESPACE);
  private final ClusterId cluster =
      ClusterId.of(api.client(), Optional.of("cluster-1"), Duration.ofMillis(50));
  private final KubeTargets targets =
      new KubeTargets(api.client(), cluster, secrets, Duration.ofMillis(50)).start();
  private final GrpcAgents agents =
      GrpcAgentsForTests.open("cluster-1", target -> FakeHost.channel(target.endpoint()));
  private final Fleet fleet = new Fleet(targets, agents);
  private final String endpoint = UUID.randomUUID() + ":9750";
  private final FakeHost host = FakeHost.at(endpoint, new FakeAgent("san-a"));
  private final StatusLoop loop =
      new StatusLoop(
          Duration.ofHours(1),
          api.client(),
          targets,
          fleet,
          new KubeEvents(api.client(), "pod-1"),
          () -> true,
          _ -> {});
  private VolumeId volume = new VolumeId("san-a", "0".repeat(32));

  @BeforeEach
  void start() {
    host.agent().storage().pool("fast", 100 * GIB);
    host.switchOn();
    apply(MaintenanceSpec.NONE);
    volume = new VolumeId("san-a", host.agent().storage().put("v1", "fast", GIB).getSerial());
    fleet
        .agent(target())
        .publish(
            volume.serial(),
            new Node("worker1", "11111111-2222-4333-8444-555555555555"),
            new NodeUse(false, true, false),
            Optional.empty(),
            Deadline.after(Duration.ofSeconds(20)));
    look();
  }

  @AfterEach
  void close() {
    loop.close();
    targets.close();
    agents.close();
    cluster.close();
    secrets.close();
    host.close();
    api.close();
  }

  private void apply(MaintenanceSpec maintenance) {
    TargetSpec spec =
        new TargetSpec(endpoint, null, null, List.of(), List.of(), List.of(), maintenance);
    api.apply("san-a", spec);
    await()
        .until(() ->
            targets.entries().stream()
                .anyMatch(
                    entry -> entry.object().getSpec().maintenanceOrNone().equals(maintenance)));
  }

  private StorageTarget target() {
    return Objects.requireNonNull(targets.current().get("san-a"));
  }

  private TargetStatus look() {
    loop.pass();
    StorageTargetObject object = Objects.requireNonNull(api.target("san-a"));
    String version = object.getMetadata().getResourceVersion();
    await()
        .until(() ->
            targets.entries().stream()
                .anyMatch(
                    entry -> version.equals(entry.object().getMetadata().getResourceVersion())));
    return object.statusOrNone();
  }

  private static Condition condition(TargetStatus status) {
    return status.condition("Maintenance").orElseThrow();
  }

  /** What the node says of the volume, under the order that is in force. */
  private void says(State overB) {
    long revision = target().share().revision();
    Attachment said =
        new Attachment(
            volume,
            "36001405" + volume.serial().substring(0, 25),
            "dm-3",
            1,
            List.of(new PathState(A, "sdb", 1, State.READY), new PathState(B, "", 0, overB)),
            Optional.empty(),
            List.of(),
            revision);
    NodeAttachments node =
        new NodeAttachments(
            api.client(),
            "worker1",
            (_, _) -> true,
            new PathEvents(new KubeEvents(api.client(), "pod-1")));
    assertThat(node.say(List.of(said))).isTrue();
  }

  @Test
  void aPortalIsSafeWhenTheNodeHasSaidSoAndReturnsAfterwards() {
    says(State.READY);
    apply(new MaintenanceSpec(List.of(), List.of("fd00::/64")));
    TargetStatus asked = look();
    assertThat(condition(asked).reason()).isEqualTo(PortalStatus.DRAINING);
    assertThat(asked.maintenance()).extracting(PortalStatus::portal).containsExactly(B);
    assertThat(asked.condition("Ready").orElseThrow().status()).isEqualTo("True");

    says(State.DRAINED);
    TargetStatus safe = look();
    assertThat(condition(safe).reason()).isEqualTo(PortalStatus.SAFE);
    assertThat(condition(safe).status()).isEqualTo("True");
    assertThat(safe.maintenance().getFirst().nodes()).isEqualTo("1/1");

    apply(MaintenanceSpec.NONE);
    says(State.MISSING);
    assertThat(condition(look()).reason()).isEqualTo(PortalStatus.RETURNING);
    says(State.READY);
    TargetStatus done = look();
    assertThat(done.condition("Maintenance")).isEmpty();
    assertThat(done.maintenance()).isEmpty();
  }

  @Test
  void allPortalsAreRefused() {
    apply(new MaintenanceSpec(List.of(A, B), List.of()));

    Condition refused = condition(look());
    assertThat(refused.reason()).isEqualTo(PortalStatus.REFUSED);
    assertThat(refused.message()).contains(A, "no volume would have a path");
    assertThat(targets.plans().getFirst().wanted()).hasSize(2);
  }

  @Test
  void whatIsNoNetworkIsABadSpecAndChangesNothing() {
    apply(new MaintenanceSpec(List.of(), List.of("10.0.0.0/99")));

    Condition ready = look().condition("Ready").orElseThrow();
    assertThat(ready.reason()).isEqualTo("BadSpec");
    assertThat(ready.message()).contains("spec.maintenance.networks", "10.0.0.0/99");
    assertThat(targets.plans().getFirst().maintenance()).isEmpty();
  }

  @Test
  void whileTheHostIsAwayNothingIsCalledSafe() {
    apply(new MaintenanceSpec(List.of(B), List.of()));
    says(State.DRAINED);
    assertThat(condition(look()).status()).isEqualTo("True");

    host.switchOff();

    Condition unknown = condition(look());
    assertThat(unknown.status()).isEqualTo("Unknown");
    assertThat(unknown.message()).contains("not known who uses the portals");
  }

  @Test
  void thePlansAreThoseOfTheSpecAndTheHostsPortals() {
    apply(new MaintenanceSpec(List.of(B), List.of()));

    assertThat(targets.plans().getFirst().wanted())
        .extracting(portal -> portal.hostPort())
        .containsExactly(A);
    assertThat(targets.plans().getFirst().maintenance())
        .extracting(portal -> portal.hostPort())
        .containsExactly("[fd00:0:0:0:0:0:0:1]:3260");
  }
}
