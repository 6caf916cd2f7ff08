package io.mooring.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.pool.PoolScan;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers that a node has or may have, whatever of its volumes can be seen. */
class HeldNumbersTest extends NodesUnderTest {
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
    records.load("p", new PoolScan(List.of(), List.of(), List.of("its volumes cannot be read")));

    assertThatThrownBy(() -> open().reserve("lab", UUID, Serial.random(), OTHERS, true))
        .isInstanceOf(Failure.class);
  }

  @Test
  void numbersThatAnOlderAgentGaveAreHeldOnceTheyAreSeen() {
    Nodes nodes = open();
    nodes.claim("lab", UUID, "worker1");
    Serial serial = publish("lab", 1);
    nodes.rememberRecorded();
    records.remove(serial);
    records.load("p", new PoolScan(List.of(), List.of(), List.of("its volumes cannot be read")));

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
}
