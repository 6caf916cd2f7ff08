package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Failover;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.PathState.State;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.Placed;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KubeAttachmentsTest {
  private static final VolumeId VOLUME = new VolumeId("san-a", "ab".repeat(16));
  private static final VolumeId OTHER = new VolumeId("san-a", "cd".repeat(16));
  private static final String WWID = "36001405" + "ab".repeat(13).substring(0, 25);
  private static final Duration SOON = Duration.ofMillis(20);

  private final ApiServer api = new ApiServer();
  private final Set<String> published = ConcurrentHashMap.newKeySet();
  private volatile boolean hostAnswers = true;
  private KubeAttachments attachments = replica();

  private KubeAttachments replica() {
    PathEvents events = new PathEvents(new KubeEvents(api.client(), "pod-1"));
    return new KubeAttachments(
        node -> new NodeAttachments(api.client(), node, this::isPublished, events),
        new KubeAttachments.Pauses(SOON, SOON));
  }

  private boolean isPublished(VolumeId volume, String node) {
    if (!hostAnswers) {
      throw Failure.unavailable("storage target san-a does not answer");
    }
    return published.contains(volume + " " + node);
  }

  @BeforeEach
  void start() {
    api.addNode("worker1");
    api.addNode("worker2");
    api.addPersistentVolume("pvc-1", VOLUME.toString());
    KubeRecords records = new KubeRecords(api.client());
    Placed placed = records.record("pvc-1", "san-a", "fast", 8).orElseThrow();
    assertThat(
            records.created(
                placed,
                new StoredVolume(
                    VOLUME.serial(),
                    "pvc-1",
                    "fast",
                    8,
                    WWID,
                    List.of(),
                    Optional.empty(),
                    VolumeLimits.NONE)))
        .isTrue();
    published.add(VOLUME + " worker1");
    published.add(VOLUME + " worker2");
    published.add(OTHER + " worker1");
    api.requests();
  }

  @AfterEach
  void stop() {
    attachments.close();
    api.close();
  }

  private static Attachment attachment(VolumeId volume, State a, State b) {
    return new Attachment(
        volume,
        WWID,
        "dm-3",
        2,
        List.of(
            new PathState("192.0.2.1:3260", "sdb", 1, a),
            new PathState("192.0.2.2:3260", "sdc", 2, b)),
        Optional.empty(),
        List.of(),
        0);
  }

  private static Attachment healthy() {
    return attachment(VOLUME, State.READY, State.READY);
  }

  private void report(Attachment... all) {
    attachments.report("worker1", List.of(all));
  }

  /** The objects as {@code name state}. */
  private List<String> shown() {
    return api.attachments().stream()
        .map(object ->
            object.name()
                + (object.getStatus() == null || object.getStatus().state() == null
                    ? ""
                    : " " + object.getStatus().summary() + " " + object.getStatus().state()))
        .sorted()
        .toList();
  }

  private void awaitShown(String... expected) {
    await().untilAsserted(() -> assertThat(shown()).containsExactly(expected));
  }

  private static String name(String node, VolumeId volume) {
    return node + "." + volume.serial();
  }

  private List<String> events() {
    return api.client().v1().events().inNamespace("shop").list().getItems().stream()
        .sorted(Comparator.comparing((Event event) -> event.getMetadata().getName()))
        .map(event ->
            "%s %s %s %s: %s"
                .formatted(
                    event.getType(),
                    event.getReason(),
                    event.getInvolvedObject().getName(),
                    event.getInvolvedObject().getUid(),
                    event.getMessage()))
        .toList();
  }

  @Test
  void anAttachmentIsShownWithWhoseItIsAndEveryPath() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");

    MooringAttachmentObject object = api.attachments().getFirst();
    assertThat(object.getSpec())
        .isEqualTo(
            new AttachmentSpec(VOLUME.toString(), "worker1", "pvc-1", "shop/data", "uid-of-data"));
    assertThat(object.getStatus().wwid()).isEqualTo(WWID);
    assertThat(object.getStatus().map()).isEqualTo("dm-3");
    assertThat(object.getStatus().paths())
        .containsExactly(
            new AttachmentStatus.PathEntry("192.0.2.1:3260", "sdb", 1, "Ready", null),
            new AttachmentStatus.PathEntry("192.0.2.2:3260", "sdc", 2, "Ready", null));
    assertThat(object.getMetadata().getOwnerReferences().getFirst().getUid())
        .isEqualTo(api.client().nodes().withName("worker1").get().getMetadata().getUid());
    assertThat(events()).isEmpty();
  }

  @Test
  void exactlyTheseRightsAreUsed() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    report(attachment(VOLUME, State.READY, State.FAILED));
    await().until(() -> events().size() == 1);
    report();
    await().until(() -> api.attachments().isEmpty());

    String attachmentsPath = "/apis/mooring.io/v1alpha1/mooringattachments";
    String mine = attachmentsPath + "/" + name("worker1", VOLUME);
    assertThat(api.requests())
        .containsExactlyInAnyOrder(
            "GET " + attachmentsPath,
            "POST " + attachmentsPath,
            "PUT " + mine + "/status",
            "DELETE " + mine,
            "GET /apis/mooring.io/v1alpha1/mooringvolumes",
            "GET /api/v1/persistentvolumes/pvc-1",
            "GET /api/v1/nodes/worker1",
            "GET /api/v1/namespaces/shop/events",
            "POST /api/v1/namespaces/shop/events");
  }

  @Test
  void aLostPathAndItsReturnAreOneEventEach() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    report(attachment(VOLUME, State.READY, State.FAILED));
    awaitShown(name("worker1", VOLUME) + " 1/2 Degraded");
    report(attachment(VOLUME, State.READY, State.MISSING));
    await().until(() -> api.attachments().getFirst().getStatus().toString().contains("Missing"));
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");

    await().until(() -> events().size() == 2);
    assertThat(events())
        .containsExactlyInAnyOrder(
            "Warning PathLost data uid-of-data: node worker1 has lost the path over 192.0.2.2:3260; 1 of 2 paths are ready",
            "Normal PathBack data uid-of-data: node worker1 has the path over 192.0.2.2:3260 back; 2 of 2 paths are ready");
  }

  @Test
  void withoutAnyPathItIsDown() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    report(attachment(VOLUME, State.FAILED, State.FAILED));
    awaitShown(name("worker1", VOLUME) + " 0/2 Down");

    await()
        .untilAsserted(() ->
            assertThat(events())
                .containsExactly(
                    "Warning PathLost data uid-of-data: node worker1 has lost the path over 192.0.2.1:3260, 192.0.2.2:3260; none is left, so I/O waits for one"));
  }

  @Test
  void theLastFailoverOutlivesANodePluginThatHasForgottenIt() {
    Failover failover =
        new Failover(
            Instant.parse("2026-01-01T00:00:00.250Z"),
            Optional.of(Duration.ofMillis(140)),
            "192.0.2.2:3260",
            "carrier");
    Attachment lost = attachment(VOLUME, State.READY, State.FAILED);
    report(
        new Attachment(VOLUME, WWID, "dm-3", 2, lost.paths(), Optional.of(failover), List.of(), 0));
    awaitShown(name("worker1", VOLUME) + " 1/2 Degraded");
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");

    assertThat(api.attachments().getFirst().getStatus().lastFailover())
        .isEqualTo(
            new AttachmentStatus.FailoverEntry(
                "2026-01-01T00:00:00.250Z", 140L, "192.0.2.2:3260", "carrier"));
  }

  @Test
  void anotherReplicaWritesNothingWhereNothingIsNew() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    String version = api.attachments().getFirst().getMetadata().getResourceVersion();
    attachments.close();
    attachments = replica();
    api.requests();

    report(healthy());
    report(healthy(), attachment(OTHER, State.READY, State.READY));

    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy", name("worker1", OTHER) + " 2/2 Healthy");
    assertThat(api.attachments())
        .anyMatch(object -> object.getMetadata().getResourceVersion().equals(version));
    assertThat(events()).isEmpty();
  }

  @Test
  void whatTheNodeDoesNotHoldAnyMoreIsGoneAndOtherNodesKeepTheirs() {
    attachments.report("worker2", List.of(healthy()));
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy", name("worker2", VOLUME) + " 2/2 Healthy");
    attachments.close();
    attachments = replica();

    report();

    awaitShown(name("worker2", VOLUME) + " 2/2 Healthy");
  }

  @Test
  void aVolumeThatIsNotTheNodesOwnIsNotShown() {
    published.remove(VOLUME + " worker1");
    report(healthy(), attachment(OTHER, State.READY, State.READY));

    awaitShown(name("worker1", OTHER) + " 2/2 Healthy");
  }

  @Test
  void whatCannotBeSaidNowIsSaidLater() {
    hostAnswers = false;
    report(healthy());
    await()
        .until(() -> api.requests().contains("GET /apis/mooring.io/v1alpha1/mooringattachments"));
    assertThat(shown()).isEmpty();
    hostAnswers = true;

    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
  }

  @Test
  void whatIsShownNeedsNoStorageHost() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    hostAnswers = false;
    report(attachment(VOLUME, State.FAILED, State.FAILED));

    awaitShown(name("worker1", VOLUME) + " 0/2 Down");
  }

  @Test
  void anObjectThatSomebodyHasTakenAwayIsMadeAgain() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    api.client().resource(api.attachments().getFirst()).delete();

    report(attachment(VOLUME, State.READY, State.FAILED));

    awaitShown(name("worker1", VOLUME) + " 1/2 Degraded");
  }

  @Test
  void ofANodeThatHasLeftNothingIsWritten() {
    hostAnswers = false;
    report(healthy());
    await().until(() -> !api.requests().isEmpty());
    attachments.left("worker1");
    hostAnswers = true;
    attachments.report("worker2", List.of(healthy()));

    awaitShown(name("worker2", VOLUME) + " 2/2 Healthy");
  }

  @Test
  void whatIsTakenFromADeadNodeIsNotShownAnyMore() {
    report(healthy());
    attachments.report("worker2", List.of(healthy()));
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy", name("worker2", VOLUME) + " 2/2 Healthy");
    NodeId dead = NodeId.parse("worker1/11111111-1111-4111-8111-111111111111").orElseThrow();

    new DetachedAttachments(api.client()).detached(VOLUME, dead);

    awaitShown(name("worker2", VOLUME) + " 2/2 Healthy");
  }

  @Test
  void anImportedVolumeIsNobodysHere() {
    report(attachment(OTHER, State.READY, State.READY));
    awaitShown(name("worker1", OTHER) + " 2/2 Healthy");

    assertThat(api.attachments().getFirst().getSpec())
        .isEqualTo(new AttachmentSpec(OTHER.toString(), "worker1", null, null, null));
    report(attachment(OTHER, State.READY, State.FAILED));
    awaitShown(name("worker1", OTHER) + " 1/2 Degraded");
  }

  @Test
  void aPathThatLeavesByAnOrderIsNotMissedAndNoLoss() {
    report(healthy());
    awaitShown(name("worker1", VOLUME) + " 2/2 Healthy");
    PathState drained = new PathState("192.0.2.2:3260", "", 0, State.DRAINED);
    report(
        new Attachment(
            VOLUME,
            WWID,
            "dm-3",
            1,
            List.of(healthy().paths().getFirst(), drained),
            Optional.empty(),
            List.of(),
            5));

    awaitShown(name("worker1", VOLUME) + " 1/1 Healthy");
    assertThat(events()).isEmpty();
    assertThat(api.attachments().getFirst().getStatus().portalsRevision()).isEqualTo(5);
  }
}
