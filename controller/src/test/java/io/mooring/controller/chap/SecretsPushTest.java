package io.mooring.controller.chap;

import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestSecrets.chap;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.v1.Chap;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.NodeId;
import io.mooring.runtime.chap.ChapEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretsPushTest {
  private static final NodeId NODE = NodeId.parse(NODE_1).orElseThrow();

  private final TestController controller = TestController.withTwoHosts();
  private final List<Optional<Long>> seen = new ArrayList<>();
  private final SecretsPush push =
      new SecretsPush(controller.fleet(), controller.secrets(), () -> seen.add(demanded()));

  @BeforeEach
  void publishAVolume() {
    String volume =
        controller.client().createVolume(volumeNamed("pvc-1").build()).getVolume().getVolumeId();
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private Optional<Long> demanded() {
    return controller.agent("san-a").chap().of(NODE.uuid()).map(Chap::getRevision);
  }

  private long sets() {
    return controller.agent("san-a").calls().stream().filter("SetNodeChap"::equals).count();
  }

  @Test
  void aChangeReachesTheTargetsOfTheNodeOnce() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    push.pass();
    assertThat(demanded()).contains(1L);
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(2)));
    push.pass();
    push.pass();
    assertThat(demanded()).contains(2L);
    assertThat(sets()).isEqualTo(2);
    assertThat(controller.agent("san-b").calls()).doesNotContain("SetNodeChap");
  }

  @Test
  void whoWaitsForTheHostsIsCalledWhenTheyKnow() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    push.pass();
    assertThat(seen).containsExactly(Optional.of(1L));
  }

  @Test
  void anEndReachesThemAsWell() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    push.pass();
    controller.secrets().set(NODE.name(), ChapEntry.none(2));
    push.pass();
    assertThat(demanded()).isEmpty();
  }

  @Test
  void aNodeOfWhichNothingIsSaidKeepsWhatItHas() {
    push.pass();
    assertThat(sets()).isZero();
  }

  @Test
  void aHostThatIsAwayKeepsNobodyElseFromItAndGetsItLater() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    controller.host("san-a").switchOff();
    push.pass();
    controller.host("san-a").switchOn();
    push.pass();
    assertThat(demanded()).contains(1L);
  }

  @Test
  void anOldAgentIsLeftAlone() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    controller.agent("san-a").chap().beOld();
    push.pass();
    assertThat(sets()).isZero();
  }
}
