package io.mooring.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodesTest extends NodesUnderTest {
  @Test
  void numbersAreTakenInOrderAndNeverTwice() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");

    assertThat(take(nodes)).isEqualTo(1);
    assertThat(take(nodes)).isEqualTo(2);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(3), true))
        .as("3 is in the kernel")
        .isEqualTo(4);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .as("4 is reserved")
        .isEqualTo(3);
  }

  @Test
  void aFreedNumberRestsAndTheLeastRecentlyFreedIsNext() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    Set<Integer> all = new TreeSet<>();
    IntStream.rangeClosed(1, 255).forEach(_ -> all.add(take(nodes)));
    assertThat(all).hasSize(255);
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .hasMessageContaining("255")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);

    free(nodes, 9);
    time.pass(Duration.ofSeconds(1));
    free(nodes, 5);
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .hasMessageContaining("quarantine");
    time.pass(QUARANTINE);

    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true)).isEqualTo(9);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true)).isEqualTo(5);
  }

  @Test
  void theQuarantineOutlivesTheProcessAndSetClocks() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    int lun = take(nodes);
    free(nodes, lun);
    Set<Integer> others = new TreeSet<>(IntStream.rangeClosed(2, 255).boxed().toList());

    time.setWallClock(Duration.ofHours(5));
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), others, true))
        .as("a clock set forward does not end it")
        .isInstanceOf(Failure.class);
    time.setWallClock(Duration.ofHours(-5));
    time.pass(QUARANTINE.minusSeconds(10));
    Nodes restarted = open();
    assertThatThrownBy(() -> restarted.reserve("lab", UUID, Serial.random(), others, true))
        .isInstanceOf(Failure.class);
    time.setWallClock(Duration.ofDays(-300));
    Nodes again = open();
    time.pass(QUARANTINE.minusSeconds(1));
    assertThatThrownBy(() -> again.reserve("lab", UUID, Serial.random(), others, true))
        .as("a clock set back prolongs it by one quarantine at most")
        .isInstanceOf(Failure.class);
    time.pass(Duration.ofSeconds(1));
    assertThat(again.reserve("lab", UUID, Serial.random(), others, true)).isEqualTo(lun);
  }

  @Test
  void aUuidBelongsToOneNode() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    nodes.claim("lab", UUID, "worker1");

    assertThatThrownBy(() -> nodes.claim("lab", UUID, "worker2"))
        .hasMessageContaining("worker1")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.FAILED_PRECONDITION);
    assertThatThrownBy(() -> open().claim("lab", UUID, "worker2"))
        .as("after a restart, too")
        .isInstanceOf(Failure.class);
  }

  @Test
  void aNodeMayMoveToAnotherClusterOnlyWithoutVolumes() {
    Nodes nodes = open();
    nodes.claim("old", UUID, "worker1");
    Serial serial = publish("old", 1);
    assertThatThrownBy(() -> nodes.claim("new", UUID, "worker1"))
        .hasMessageContaining("another cluster");

    records.remove(serial);
    nodes.claim("new", UUID, "worker1");
    assertThat(nodes.reserve("new", UUID, Serial.random(), Set.of(), true)).isEqualTo(1);
  }

  @Test
  void aNodeThatLostItsStateUsesNoNumberBeforeOneQuarantine() {
    publish("lab", 1);
    Nodes nodes = open();
    nodes.poolsWereRead();

    nodes.claim("lab", UUID, "worker1");
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .hasMessageContaining("quarantine");
    time.pass(QUARANTINE);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true)).isEqualTo(2);
    assertThatThrownBy(() -> nodes.claim("lab", UUID, "copy")).isInstanceOf(Failure.class);
  }

  @Test
  void anUnknownNodeIsDistrustedWhileTheWholeStateIsYoung() {
    Nodes nodes = open(QUARANTINE);
    nodes.claim("lab", UUID, "worker1");
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .isInstanceOf(Failure.class);

    time.pass(QUARANTINE);
    String other = "8e2f1a3c-0000-4000-8000-000000000002";
    nodes.claim("lab", other, "worker2");
    assertThat(nodes.reserve("lab", other, Serial.random(), Set.of(), true)).isEqualTo(1);
  }

  @Test
  void aDamagedDocumentCountsAsLost() throws IOException {
    open().claim("lab", UUID, "worker1");
    Files.writeString(directory.resolve(TargetNames.nodeKey("lab", UUID) + ".json"), "{");

    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");

    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .hasMessageContaining("quarantine");
  }

  @Test
  void aYoungStateDirectoryDistrustsOnlyWhereVolumesWereBefore() {
    Path fresh = directory.resolve("fresh");
    assertThat(new StateDirectory(fresh).distrusted(QUARANTINE, time.instant(), false)).isZero();
    assertThat(new StateDirectory(fresh).distrusted(QUARANTINE, time.instant(), true)).isZero();

    Path lost = directory.resolve("lost");
    assertThat(new StateDirectory(lost).distrusted(QUARANTINE, time.instant(), true))
        .isEqualTo(QUARANTINE);
    time.pass(Duration.ofMinutes(4));
    assertThat(new StateDirectory(lost).distrusted(QUARANTINE, time.instant(), true))
        .isEqualTo(Duration.ofMinutes(6));
    time.pass(QUARANTINE);
    assertThat(new StateDirectory(lost).distrusted(QUARANTINE, time.instant(), true)).isZero();
  }

  /** A node that answers, whose number 1 was freed. */
  private Nodes answering() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    nodes.release("lab", UUID, true, Map.of());
    free(nodes, take(nodes));
    return nodes;
  }

  private static FreedNumber waiting(Nodes nodes) {
    return nodes.of("lab").getFirst().waiting().getFirst();
  }

  private static void give(Nodes nodes, FreedNumber number) {
    nodes.release("lab", UUID, true, Map.of(number.lun(), number.token()));
  }

  private static void assertWaits(Nodes nodes) {
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), OTHERS, true))
        .hasMessageContaining("no device there any more")
        .hasMessageContaining("linked to the controller")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);
  }

  @Test
  void whereTheNodeAnswersTimeAndItsWordAreNeeded() {
    Nodes nodes = answering();
    assertThat(waiting(nodes).serial()).isEqualTo(SERIAL.digits());
    time.pass(QUARANTINE.multipliedBy(100));
    assertWaits(nodes);
    assertWaits(open());

    give(nodes, waiting(nodes));
    assertThat(nodes.of("lab").getFirst().waiting()).isEmpty();
    assertThat(open().reserve("lab", UUID, Serial.random(), OTHERS, true))
        .as("after a restart")
        .isEqualTo(1);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), OTHERS, true)).isEqualTo(1);
  }

  @Test
  void theWordAloneDoesNotEndTheTime() {
    Nodes nodes = answering();
    give(nodes, waiting(nodes));
    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), OTHERS, true))
        .hasMessageContaining("lun-quarantine");
  }

  @Test
  void aWordOnAnEarlierFreeingCountsForNothing() {
    Nodes nodes = answering();
    FreedNumber earlier = waiting(nodes);
    time.pass(QUARANTINE);
    give(nodes, earlier);
    publish("lab", nodes.reserve("lab", UUID, Serial.random(), OTHERS, true));
    nodes.settled("lab", UUID, 1);
    free(nodes, 1);
    time.pass(QUARANTINE);

    give(nodes, earlier);

    assertWaits(nodes);
    assertThat(waiting(nodes).token()).isNotEqualTo(earlier.token());
    Nodes restarted = open();
    give(restarted, waiting(nodes));
    assertWaits(restarted);
  }

  @Test
  void aNodeThatIsNotAskedRestsByTimeAlone() {
    answering();
    time.pass(QUARANTINE);
    assertThat(open().reserve("lab", UUID, Serial.random(), OTHERS, false)).isEqualTo(1);
  }

  @Test
  void aNodeThatAnswersNoMoreRestsByTimeAlone() {
    Nodes nodes = answering();
    time.pass(QUARANTINE);
    nodes.release("lab", UUID, false, Map.of());

    assertThat(open().reserve("lab", UUID, Serial.random(), OTHERS, true)).isEqualTo(1);
  }

  @Test
  void aNumberThatLeadsToAVolumeAgainWaitsForNothing() {
    Nodes nodes = answering();
    time.pass(QUARANTINE);
    int lun = nodes.reserve("lab", UUID, Serial.random(), OTHERS, false);
    publish("lab", lun);

    assertThat(nodes.of("lab").getFirst().waiting()).isEmpty();
  }

  @Test
  void whatAnOlderAgentRecordedIsRead() throws IOException {
    Files.writeString(
        directory.resolve(TargetNames.nodeKey("lab", UUID) + ".json"),
        """
        {"cluster": "lab", "uuid": "%s", "name": "worker1",
         "freed": [{"lun": 1, "at": "%s"}]}
        """
            .formatted(UUID, time.instant()));
    Nodes nodes = open();
    time.pass(QUARANTINE);

    nodes.release("lab", UUID, true, Map.of());
    assertThat(waiting(nodes).serial()).isEmpty();
    assertWaits(nodes);
    nodes.release("lab", UUID, false, Map.of());
    assertThat(nodes.reserve("lab", UUID, Serial.random(), OTHERS, true)).isEqualTo(1);
  }

  @Test
  void whoNeverHadAnythingHereHasNothingToSay() {
    assertThatThrownBy(() -> open().release("lab", UUID, true, Map.of()))
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.NOT_FOUND);
  }
}
