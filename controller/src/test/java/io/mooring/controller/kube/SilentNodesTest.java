package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.PathState;
import io.mooring.controller.path.PathState.State;
import io.mooring.controller.volume.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SilentNodesTest {
  private static final VolumeId VOLUME = new VolumeId("san-a", "ab".repeat(16));
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration LONGER = PATIENCE.plusSeconds(1);

  private final ApiServer api = new ApiServer();
  private final Set<String> linked = new TreeSet<>(Set.of("worker1", "worker2"));
  private boolean leads = true;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final SilentNodes silentNodes =
      new SilentNodes(api.client(), linked::contains, () -> leads, PATIENCE, () -> now);

  @BeforeEach
  void start() {
    api.addNode("worker1");
    api.addNode("worker2");
    assertThat(say("worker1", State.READY)).isTrue();
    assertThat(say("worker2", State.FAILED)).isTrue();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Attachment attachment(State second) {
    return new Attachment(
        VOLUME,
        "36001405" + "0".repeat(25),
        "dm-3",
        2,
        List.of(
            new PathState("192.0.2.1:3260", "sdb", 1, State.READY),
            new PathState("192.0.2.2:3260", "sdc", 2, second)),
        Optional.empty(),
        List.of(),
        0);
  }

  /** As a node's link does when it has come to be. */
  private boolean say(String node, State second) {
    PathEvents events = new PathEvents(new KubeEvents(api.client(), "pod-1"));
    return new NodeAttachments(api.client(), node, (_, _) -> true, events)
        .say(List.of(attachment(second)));
  }

  private void pass(Duration time) {
    silentNodes.pass();
    now = now.plus(time);
    silentNodes.pass();
  }

  private List<String> shown() {
    return api.attachments().stream()
        .map(object ->
            "%s %s %s"
                .formatted(
                    object.getSpec().node(),
                    object.getStatus().summary(),
                    object.getStatus().state()))
        .sorted()
        .toList();
  }

  @Test
  void ofANodeThatIsSilentForLongNothingIsKnownAndWhatItSaidLastStays() {
    linked.remove("worker1");
    pass(LONGER);
    assertThat(shown()).containsExactly("worker1 2/2 Unknown", "worker2 1/2 Degraded");
  }

  @Test
  void aShortSilenceIsNone() {
    linked.remove("worker1");
    pass(PATIENCE.minusSeconds(1));
    assertThat(shown()).containsExactly("worker1 2/2 Healthy", "worker2 1/2 Degraded");

    linked.add("worker1");
    silentNodes.pass();
    linked.remove("worker1");
    pass(PATIENCE.minusSeconds(1));
    assertThat(shown()).containsExactly("worker1 2/2 Healthy", "worker2 1/2 Degraded");
  }

  @Test
  void aNodeThatIsBackSaysHowItsPathsAre() {
    linked.remove("worker1");
    pass(LONGER);
    assertThat(say("worker1", State.FAILED)).isTrue();
    linked.add("worker1");
    silentNodes.pass();
    assertThat(shown()).containsExactly("worker1 1/2 Degraded", "worker2 1/2 Degraded");
  }

  /** It looked at the object before that said anything else. */
  @Test
  void aNodeThatIsBackAndHasNothingNewToSayIsShownAsItWas() {
    linked.clear();
    pass(LONGER);
    assertThat(shown()).containsExactly("worker1 2/2 Unknown", "worker2 1/2 Unknown");
    linked.addAll(Set.of("worker1", "worker2"));
    silentNodes.pass();
    assertThat(shown())
        .as("it may have something new to say")
        .containsExactly("worker1 2/2 Unknown", "worker2 1/2 Unknown");
    silentNodes.pass();
    assertThat(shown()).containsExactly("worker1 2/2 Healthy", "worker2 1/2 Degraded");
  }

  @Test
  void whoDoesNotLeadWritesNothingAndBeginsToWaitAnewWhenItDoes() {
    linked.clear();
    leads = false;
    pass(LONGER);
    leads = true;
    silentNodes.pass();
    assertThat(shown()).containsExactly("worker1 2/2 Healthy", "worker2 1/2 Degraded");
    pass(LONGER);
    assertThat(shown()).containsExactly("worker1 2/2 Unknown", "worker2 1/2 Unknown");
  }

  @Test
  void exactlyTheseRightsAreUsed() {
    linked.remove("worker1");
    api.requests();
    pass(LONGER);
    String all = "/apis/mooring.io/v1alpha1/mooringattachments";
    assertThat(api.requests())
        .containsExactly("GET " + all, "PUT " + all + "/worker1." + VOLUME.serial() + "/status");
  }

  @Test
  void aNodeThatIsBackAsItWasHasBeenSoAllTheTime() {
    AttachmentStatus first = AttachmentStatus.of(attachment(State.FAILED), null, Instant.EPOCH);
    assertThat(AttachmentStatus.of(attachment(State.FAILED), first.unknown(), now))
        .isEqualTo(first);
    assertThat(AttachmentStatus.of(attachment(State.READY), first.unknown(), now).reportedAt())
        .isEqualTo(now.toString());
  }

  @Test
  void aWriteThatIsRefusedIsTriedAgainAndKeepsNoOther() {
    linked.clear();
    silentNodes.pass();
    now = now.plus(LONGER);
    api.forbid(
        "/apis/mooring.io/v1alpha1/mooringattachments/worker1." + VOLUME.serial() + "/status");
    silentNodes.pass();
    assertThat(shown()).containsExactly("worker1 2/2 Healthy", "worker2 1/2 Unknown");

    api.forbidNothing();
    silentNodes.pass();
    assertThat(shown()).containsExactly("worker1 2/2 Unknown", "worker2 1/2 Unknown");
  }
}
