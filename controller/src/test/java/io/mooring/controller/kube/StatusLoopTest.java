package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.mooring.controller.kube.TargetStatus.Condition;
import io.mooring.controller.kube.TargetStatus.PoolStatus;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.rpc.GrpcAgents;
import io.mooring.controller.target.rpc.GrpcAgentsForTests;
import io.mooring.controller.testing.FakeAgent;
import io.mooring.controller.testing.FakeHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusLoopTest {
  private static final long GIB = 1L << 30;

  private final ApiServer api = new ApiServer();
  private final SecretFiles secrets = new SecretFiles(api.client(), ApiServer.NAMESPACE);
  private final ClusterId cluster =
      ClusterId.of(api.client(), Optional.of("cluster-1"), Duration.ofMillis(50));
  private final KubeTargets targets =
      new KubeTargets(api.client(), cluster, secrets, Duration.ofMillis(50)).start();
  private final GrpcAgents agents =
      GrpcAgentsForTests.open("cluster-1", target -> FakeHost.channel(target.endpoint()));
  private final String endpoint = UUID.randomUUID() + ":9750";
  private final FakeHost host = FakeHost.at(endpoint, new FakeAgent("san-a"));
  private volatile boolean leads = true;
  private final AtomicReference<Map<String, Boolean>> told = new AtomicReference<>(Map.of());
  private final StatusLoop loop =
      new StatusLoop(
          Duration.ofHours(1),
          api.client(),
          targets,
          new Fleet(targets, agents),
          new KubeEvents(api.client(), "pod-1"),
          () -> leads,
          told::set);

  @BeforeEach
  void start() {
    host.agent().storage().pool("fast", 100 * GIB).pool("slow", 40 * GIB);
    host.switchOn();
    apply(spec(endpoint));
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

  private static TargetSpec spec(String endpoint) {
    return new TargetSpec(endpoint, null, null, List.of(), List.of(), List.of(), null);
  }

  private void apply(TargetSpec spec) {
    api.apply("san-a", spec);
    await()
        .until(() ->
            targets.entries().stream().anyMatch(entry -> entry.object().getSpec().equals(spec)));
  }

  /** Looks once; the next look starts from what this one wrote. */
  private TargetStatus look() {
    loop.pass();
    String version = object().getMetadata().getResourceVersion();
    await()
        .until(() ->
            targets.entries().stream()
                .anyMatch(
                    entry -> version.equals(entry.object().getMetadata().getResourceVersion())));
    return object().statusOrNone();
  }

  private StorageTargetObject object() {
    return Objects.requireNonNull(api.target("san-a"));
  }

  private static Condition ready(TargetStatus status) {
    return status.condition("Ready").orElseThrow();
  }

  private void expect(String status, String reason, String... parts) {
    Condition condition = ready(look());
    assertThat(condition.reason()).as(condition.message()).isEqualTo(reason);
    assertThat(condition.status()).isEqualTo(status);
    assertThat(condition.message()).contains(parts);
  }

  @Test
  void aTargetThatAnswersIsDescribed() {
    TargetStatus status = look();

    assertThat(status.version()).isEqualTo("test");
    assertThat(status.reachable()).isTrue();
    assertThat(status.available()).isEqualTo("140Gi");
    assertThat(status.portals()).containsExactly("10.77.1.1:3260", "[fd00::1]:3260");
    assertThat(status.pools())
        .containsExactly(
            new PoolStatus(
                "fast",
                "thin",
                Long.toString(100 * GIB),
                Long.toString(100 * GIB),
                null,
                null,
                null),
            new PoolStatus(
                "slow",
                "thin",
                Long.toString(40 * GIB),
                Long.toString(40 * GIB),
                null,
                null,
                null));
    assertThat(ready(status).status()).isEqualTo("True");
    assertThat(ready(status).reason()).isEqualTo("Answers");
    assertThat(ready(status).lastTransitionTime()).endsWith("Z");
    assertThat(api.events()).containsExactly("Normal Answers");
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    look();
    String version = object().getMetadata().getResourceVersion();

    look();

    assertThat(object().getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(api.events()).hasSize(1);
  }

  @Test
  void aLittleMoreOrLessRoomIsNotWorthAWrite() {
    look();
    host.agent().storage().put("v1", "fast", GIB / 2);
    assertThat(look().pools().getFirst().available()).isEqualTo(Long.toString(100 * GIB));

    host.agent().storage().put("v2", "fast", GIB);
    assertThat(look().pools().getFirst().available())
        .isEqualTo(Long.toString(100 * GIB - GIB / 2 - GIB));
  }

  @Test
  void howFullAPoolAndItsMetadataAreIsToldByThePercent() {
    look();
    host.agent().storage().fill("fast", 0.5, 0.29);
    PoolStatus pool = look().pools().getFirst();
    assertThat(pool.usedPercent()).isEqualTo(50);
    assertThat(pool.metadataUsedPercent()).isEqualTo(29);
    String version = object().getMetadata().getResourceVersion();

    host.agent().storage().fill("fast", 0.504, 0.295);
    look();

    assertThat(object().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void aTargetThatGoesAndComesBackIsToldOnceEach() {
    look();
    host.switchOff();
    TargetStatus away = look();
    assertThat(ready(away).reason()).isEqualTo("Unreachable");
    assertThat(ready(away).message()).contains("san-a");
    assertThat(away.reachable()).isFalse();
    assertThat(away.pools()).as("what was known of it").hasSize(2);
    look();

    host.switchOn();
    assertThat(ready(look()).status()).isEqualTo("True");
    look();

    assertThat(api.events())
        .containsExactlyInAnyOrder("Normal Answers", "Warning Unreachable", "Normal Answers");
  }

  @Test
  void aSecondReasonIsWrittenWithoutASecondEvent() {
    host.switchOff();
    look();
    host.switchOn();
    host.agent().storage().rename("san-x");

    expect("False", "WrongHost", "san-x");

    assertThat(api.events()).containsExactly("Warning Unreachable");
  }

  @Test
  void aPoolThatTakesNoVolumesIsTold() {
    host.agent().storage().refuse("fast", "its metadata is full");
    expect("True", "PoolRefuses", "fast", "its metadata is full");

    host.agent().storage().refuse("slow", "it is suspended");
    expect("False", "PoolRefuses", "it is suspended");
  }

  @Test
  void onlySharedPoolsAreTold() {
    apply(new TargetSpec(endpoint, null, null, List.of(), List.of("slow"), List.of(), null));

    assertThat(look().pools()).extracting(PoolStatus::name).containsExactly("slow");
  }

  @Test
  void restrictionsThatLeaveNothingAreABadSpec() {
    apply(new TargetSpec(endpoint, null, null, List.of(), List.of("x"), List.of(), null));
    expect("False", "BadSpec", "spec.pools", "[x]", "fast");

    apply(new TargetSpec(endpoint, null, null, List.of("192.0.2.9:1"), List.of(), List.of(), null));
    expect("False", "BadSpec", "spec.portals", "192.0.2.9:1", "10.77.1.1:3260");
  }

  @Test
  void aSpecThatCannotBeReadIsTold() {
    look();
    apply(spec("nonsense"));

    expect("False", "BadSpec", "spec.endpoint", "nonsense");
    assertThat(api.events()).contains("Warning BadSpec");
  }

  @Test
  void aMissingSecretIsTold() {
    apply(new TargetSpec(endpoint, null, "gone", List.of(), List.of(), List.of(), null));

    expect("False", "SecretMissing", "mooring/gone", "create it");
  }

  @Test
  void anAgentThatFailsTheQuestionIsNotReady() {
    host.agent().faults().failNext("GetTarget", Code.INTERNAL, "vgs failed");

    expect("False", "Unreachable", "vgs failed");
  }

  @Test
  void onlyTheLeaderWrites() {
    leads = false;
    loop.pass();

    assertThat(object().getStatus()).isNull();
    assertThat(api.events()).isEmpty();
  }

  @Test
  void theLeaderAloneTellsWhichTargetsAnswer() {
    loop.pass();
    assertThat(told.get()).containsExactly(Map.entry("san-a", true));
    host.switchOff();
    loop.pass();
    assertThat(told.get()).containsExactly(Map.entry("san-a", false));

    leads = false;
    loop.pass();

    assertThat(told.get()).isEmpty();
  }

  @Test
  void aWriteIsOfTheVersionThatWasReadAndLeavesTheReadObjectAlone() {
    // With that version the API server refuses a stale write; the one in this test does not.
    StorageTargetObject read = targets.entries().getFirst().object();

    StorageTargetObject written = StatusLoop.withStatus(read, TargetStatus.NONE);

    assertThat(written.getMetadata().getResourceVersion())
        .isEqualTo(object().getMetadata().getResourceVersion());
    assertThat(written.getSpec()).isEqualTo(read.getSpec());
    assertThat(read.getStatus()).isNull();
  }

  @Test
  void onlyTheRightsThatAreDocumentedAreNeeded() {
    api.requests();
    loop.pass();

    assertThat(api.requests())
        .contains(
            "PUT /apis/mooring.io/v1alpha1/storagetargets/san-a/status",
            "POST /api/v1/namespaces/default/events")
        .noneMatch(request -> request.startsWith("PATCH"));
  }
}
