package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestSecrets.chap;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.agent.v1.Chap;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.NodeId;
import io.mooring.runtime.chap.ChapEntry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publishing to nodes that must prove themselves. */
class ChapTest {
  private static final NodeId NODE = NodeId.parse(NODE_1).orElseThrow();

  private final TestController controller = TestController.withTwoHosts();
  private String volume = "";

  @BeforeEach
  void makeAVolume() {
    volume =
        controller.client().createVolume(volumeNamed("pvc-1").build()).getVolume().getVolumeId();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private Map<String, String> give() {
    return controller
        .client()
        .controllerPublishVolume(publish(volume, NODE_1).build())
        .getPublishContextMap();
  }

  @Test
  void secretsGoToTheTargetAndOnlyAFlagToTheNode() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(3)));
    Map<String, String> context = give();
    assertThat(controller.agent("san-a").chap().of(NODE.uuid()).map(Chap::getPassword))
        .contains(chap(3).password());
    assertThat(context).containsEntry("chap", "true");
    assertThat(context.toString())
        .doesNotContain(chap(3).user())
        .doesNotContain(chap(3).password())
        .doesNotContain(chap(3).mutualPassword());
  }

  @Test
  void whatTheTargetDemandsIsTheTruthForTheNode() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(3)));
    give();
    controller.secrets().set(NODE.name(), ChapEntry.none(4));
    assertThat(give()).containsEntry("chap", "true");
  }

  @Test
  void withoutSecretsThereIsNoFlag() {
    assertThat(give()).doesNotContainKey("chap");
  }

  @Test
  void anAgentThatKnowsNoChapIsRefused() {
    controller.agent("san-a").chap().beOld();
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(1)));
    refused(Code.FAILED_PRECONDITION, this::give, "san-a", "update");
  }

  @Test
  void olderSecretsOfALateReplicaAreTriedAgain() {
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(3)));
    give();
    controller.secrets().set(NODE.name(), ChapEntry.of(chap(2)));
    refused(Code.ABORTED, this::give, "older");
  }
}
