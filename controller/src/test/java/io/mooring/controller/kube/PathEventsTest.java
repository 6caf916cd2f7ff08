package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Failover;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.PathState.State;
import io.mooring.controller.path.Pod;
import io.mooring.controller.volume.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who hears of a path that is lost, and what. */
@Timeout(120)
class PathEventsTest {
  private static final VolumeId VOLUME = new VolumeId("san-a", "ab".repeat(16));
  private static final String A = "192.0.2.1:3260";
  private static final String B = "192.0.2.2:3260";
  private static final Pod WEB = new Pod("shop", "web-0", "0f1e2d3c");
  private static final String LOST = "node worker1 has lost the path over " + B;
  private static final String LEFT = "; 1 of 2 paths are ready";

  private final ApiServer api = new ApiServer();
  private final PathEvents events = new PathEvents(new KubeEvents(api.client(), "pod-1"));

  @AfterEach
  void stop() {
    api.close();
  }

  private static AttachmentStatus status(State ofB, Optional<Failover> failover) {
    return AttachmentStatus.of(
        new Attachment(
            VOLUME,
            "3" + "6".repeat(32),
            "dm-3",
            2,
            List.of(new PathState(A, "sdb", 1, State.READY), new PathState(B, "sdc", 2, ofB)),
            failover,
            List.of(),
            0),
        null,
        Instant.EPOCH);
  }

  private void lost(String claim, List<Pod> pods, Optional<Failover> failover) {
    events.changed(
        new AttachmentSpec(VOLUME.toString(), "worker1", "pvc-1", claim, "uid-of-claim"),
        pods,
        status(State.READY, Optional.empty()),
        status(State.FAILED, failover));
  }

  /** A report of these portals; the further one that is expected may be among them. */
  private static AttachmentStatus report(Map<String, State> paths, Optional<Failover> failover) {
    int expected =
        (int)
            paths.values().stream()
                .filter(state -> state != State.LEAVING && state != State.DRAINED)
                .count();
    return AttachmentStatus.of(
        new Attachment(
            VOLUME,
            "3" + "6".repeat(32),
            "dm-3",
            expected,
            new TreeMap<>(paths)
                .entrySet().stream()
                    .map(path -> new PathState(path.getKey(), "sdb", 1, path.getValue()))
                    .toList(),
            failover,
            List.of(),
            0),
        null,
        Instant.EPOCH);
  }

  private static AttachmentStatus report(State ofA, State ofB) {
    return report(Map.of(A, ofA, B, ofB), Optional.empty());
  }

  private void told(AttachmentStatus... reports) {
    for (int i = 1; i < reports.length; i++) {
      events.changed(
          new AttachmentSpec(VOLUME.toString(), "worker1", "pvc-1", "shop/data", "uid-of-claim"),
          List.of(),
          reports[i - 1],
          reports[i]);
    }
  }

  private List<String> reasons() {
    return api.client().v1().events().inAnyNamespace().list().getItems().stream()
        .map(event -> event.getType() + " " + event.getReason() + ": " + event.getMessage())
        .toList();
  }

  @Test
  void onePathThatIsLostAndAnotherThatIsBackInOneReportAreTwoEvents() {
    told(report(State.FAILED, State.READY), report(State.READY, State.MISSING));
    assertThat(reasons())
        .containsExactlyInAnyOrder(
            "Warning PathLost: " + LOST + LEFT,
            "Normal PathBack: node worker1 has the path over " + A + " back" + LEFT);
  }

  @Test
  void aLossBesideAnOrderedOneIsTold() {
    told(report(State.READY, State.READY), report(State.DRAINED, State.FAILED));
    assertThat(reasons())
        .containsExactly("Warning PathLost: " + LOST + "; none is left, so I/O waits for one");
  }

  @Test
  void whatLeavesByAnOrderAndComesBackByOneIsNoNews() {
    told(
        report(State.READY, State.READY),
        report(State.READY, State.LEAVING),
        report(State.READY, State.DRAINED),
        report(State.READY, State.MISSING),
        report(State.READY, State.READY));
    assertThat(reasons()).isEmpty();
  }

  @Test
  void whatComesBackByAnOrderCanBeLostAsAnyOther() {
    told(
        report(State.READY, State.DRAINED),
        report(State.READY, State.MISSING),
        report(State.READY, State.READY),
        report(State.READY, State.FAILED),
        report(State.READY, State.READY));
    assertThat(reasons())
        .extracting(text -> text.split(":", 2)[0])
        .containsExactlyInAnyOrder("Warning PathLost", "Normal PathBack");
  }

  @Test
  void thePathOverAPortalThatIsNewIsNoNews() {
    AttachmentStatus one = report(Map.of(A, State.READY), Optional.empty());
    told(one, report(State.READY, State.MISSING), report(State.READY, State.READY));
    told(one, report(State.READY, State.READY));
    assertThat(reasons()).isEmpty();
  }

  @Test
  void aPathThatWasMissingFromTheBeginningIsToldWhenItComes() {
    told(report(State.READY, State.MISSING), report(State.READY, State.READY));
    assertThat(reasons()).singleElement().asString().startsWith("Normal PathBack");
  }

  @Test
  void aFailoverThatIsOverBeforeItIsReportedIsOneEvent() {
    AttachmentStatus after =
        report(Map.of(A, State.READY, B, State.READY), Optional.of(failover("silence")));
    told(report(State.READY, State.READY), after, after);
    assertThat(reasons())
        .containsExactly(
            "Warning PathFailover: node worker1 had lost the path over "
                + B
                + ", which the path guard gave up after 140 ms (silence), and has it back; 2 of 2 paths are ready");
  }

  private List<String> heard() {
    return api.client().v1().events().inAnyNamespace().list().getItems().stream()
        .map(event ->
            "%s %s/%s %s: %s"
                .formatted(
                    event.getInvolvedObject().getKind(),
                    event.getInvolvedObject().getNamespace(),
                    event.getInvolvedObject().getName(),
                    event.getInvolvedObject().getUid(),
                    event.getMessage()))
        .toList();
  }

  @Test
  void thePodsThatHaveTheVolumeHearOfItToo() {
    lost("shop/data", List.of(WEB), Optional.empty());
    assertThat(heard())
        .containsExactlyInAnyOrder(
            "PersistentVolumeClaim shop/data uid-of-claim: " + LOST + LEFT,
            "Pod shop/web-0 0f1e2d3c: " + LOST + LEFT);
  }

  @Test
  void aNodeCannotMakeOthersObjectsSpeak() {
    lost("shop/data", List.of(new Pod("bank", "vault-0", "1e2d3c4b")), Optional.empty());
    assertThat(heard()).singleElement().asString().startsWith("PersistentVolumeClaim shop/data");
  }

  @Test
  void whatThePathGuardDidIsSaid() {
    lost("shop/data", List.of(), Optional.of(failover("silence")));
    assertThat(heard())
        .singleElement()
        .asString()
        .endsWith(LOST + ", which the path guard gave up after 140 ms (silence)" + LEFT);
  }

  @Test
  void whatTheKernelDidIsNotTheGuards() {
    lost("shop/data", List.of(), Optional.of(failover("kernel")));
    assertThat(heard()).singleElement().asString().endsWith(LOST + LEFT);
  }

  private static Failover failover(String reason) {
    return new Failover(Instant.EPOCH, Optional.of(Duration.ofMillis(140)), B, reason);
  }
}
