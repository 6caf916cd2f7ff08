package io.mooring.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.PoolScan;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers that a node has or may have, whatever of its volumes can be seen. */
class HeldNumbersTest extends NodesUnderTest {
  /** From now on the host does not know all of its volumes. */
  private void troubles() {
    records.load("p", new PoolScan(List.of(), List.of(), List.of("a volume has lost its tags")));
  }

  @Test
  void aCallThatIsRepeatedGetsItsNumberAgain() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    assertThat(nodes.reserve("lab", UUID, SERIAL, Set.of(), true)).isEqualTo(1);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true)).isEqualTo(2);

    assertThat(open().reserve("lab", UUID, SERIAL, Set.of(), true)).isEqualTo(1);
  }

  @Test
  void aNumberThatNoVolumeHasThoughAllAreKnownRestsAndIsFree() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true)).isEqualTo(1);

    Nodes restarted = open();
    assertThatThrownBy(() -> restarted.reserve("lab", UUID, Serial.random(), OTHERS, true))
        .hasMessageContaining("lun-quarantine");
    time.pass(QUARANTINE);
    assertThat(restarted.reserve("lab", UUID, Serial.random(), OTHERS, true)).isEqualTo(1);
  }

  @Test
  void aNumberThatWasTakenAwayRestsForItsOwnVolumeToo() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    assertThat(nodes.reserve("lab", UUID, SERIAL, Set.of(), true)).isEqualTo(1);
    nodes.settled("lab", UUID, 1);
    publish("lab", 1, SERIAL);
    nodes.freed("lab", UUID, "worker1", 1, SERIAL);
    assertThat(nodes.reserve("lab", UUID, Serial.random(), Set.of(), true))
        .as("while the record is still being changed")
        .isEqualTo(2);
    records.remove(SERIAL);

    assertThat(nodes.reserve("lab", UUID, SERIAL, Set.of(), true)).isEqualTo(3);
    assertThatThrownBy(() -> open().reserve("lab", UUID, Serial.random(), OTHERS, true))
        .hasMessageContaining("lun-quarantine");
  }

  @Test
  void aFreedNumberThatIsStillRecordedIsHeld() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    nodes.reserve("lab", UUID, SERIAL, Set.of(), true);
    nodes.settled("lab", UUID, 1);
    nodes.freed("lab", UUID, "worker1", 1, SERIAL);
    time.pass(QUARANTINE);
    troubles();

    assertThatThrownBy(() -> open().reserve("lab", UUID, Serial.random(), OTHERS, true))
        .isInstanceOf(Failure.class);
  }

  @Test
  void numbersThatAnOlderAgentGaveAreHeldOnceTheyAreSeen() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    Serial serial = publish("lab", 1);
    nodes.poolsWereRead();
    records.remove(serial);
    troubles();

    assertThatThrownBy(() -> open().reserve("lab", UUID, Serial.random(), OTHERS, true))
        .isInstanceOf(Failure.class);
  }

  @Test
  void aNumberThatNoRecordGaveRestsAsWell() {
    Nodes nodes = open();
    nodes.freedUnrecorded("lab", UUID, 1, SERIAL);
    nodes.claim("lab", UUID, "worker1");
    nodes.freedUnrecorded("lab", UUID, 1, SERIAL);

    assertThatThrownBy(() -> nodes.reserve("lab", UUID, Serial.random(), OTHERS, true))
        .hasMessageContaining("lun-quarantine");
  }

  @Test
  void aTroubleOfThisHostUsesUpNoNumbers() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    troubles();
    for (int round = 0; round < 300; round++) {
      int lun = nodes.reserve("lab", UUID, SERIAL, Set.of(), true);
      publish("lab", lun, SERIAL);
      nodes.settled("lab", UUID, lun);
      nodes.freed("lab", UUID, "worker1", lun, SERIAL);
      records.remove(SERIAL);
      nodes.withdrawn("lab", UUID, lun, SERIAL);
      time.pass(QUARANTINE);
    }
  }

  @Test
  void theRestOfAnEarlierVolumeIsOverForGoodWhateverTheClockSays() throws IOException {
    String state =
        """
        {"cluster": "lab", "uuid": "%s", "name": "worker1", "held": {"1": "%s"},
         "freed": [{"lun": 1, "at": "%s", "serial": "%s", "given": true}]}
        """
            .formatted(UUID, SERIAL.digits(), time.instant(), Serial.random().digits());
    Path document = directory.resolve(TargetNames.nodeKey("lab", UUID) + ".json");
    Files.writeString(document, state);
    time.pass(QUARANTINE);
    publish("lab", 1, SERIAL);
    VolumeRecord volume = records.find(SERIAL).orElseThrow();
    Publication publication = volume.publications().getFirst();
    open().requireRested(volume, publication);
    time.setWallClock(Duration.ofHours(-5));
    open().requireRested(volume, publication);
  }
}
