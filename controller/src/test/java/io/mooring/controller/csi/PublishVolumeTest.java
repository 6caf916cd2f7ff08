package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.NODE_2;
import static io.mooring.controller.testing.Requests.block;
import static io.mooring.controller.testing.Requests.mount;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.unpublish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status.Code;
import io.mooring.agent.v1.Publication;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.ControllerPublishVolumeResponse;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishVolumeTest {
  private static final String NOWHERE = "san-a/0123456789abcdef0123456789abcdef";

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

  private Map<String, String> give(ControllerPublishVolumeRequest.Builder request) {
    return controller.client().controllerPublishVolume(request.build()).getPublishContextMap();
  }

  private void take(String volumeId, String nodeId) {
    var _ = controller.client().controllerUnpublishVolume(unpublish(volumeId, nodeId));
  }

  private List<Publication> publications() {
    return controller.agent("san-a").storage().volumes().getFirst().getPublicationsList();
  }

  @Test
  void theContextLeadsTheNodeToTheLun() {
    Map<String, String> context = give(publish(volume, NODE_1));

    String serial = volume.substring("san-a/".length());
    assertThat(context)
        .containsOnlyKeys("wwid", "serial", "sizeBytes", "readOnly", "targets")
        .containsEntry("serial", serial)
        .containsEntry("wwid", "36001405" + serial.substring(0, 25))
        .containsEntry("sizeBytes", Long.toString(10 * GIB))
        .containsEntry("readOnly", "false");
    assertThat(context.get("targets")).contains("\"lun\":1", "10.77.1.1:3260", "[fd00::1]:3260");
    assertThat(publications())
        .singleElement()
        .satisfies(p -> assertThat(p.getNode().getName()).isEqualTo("worker-1"));
  }

  @Test
  void theSameCallAgainGivesTheSameContext() {
    assertThat(give(publish(volume, NODE_1))).isEqualTo(give(publish(volume, NODE_1)));
    assertThat(publications()).hasSize(1);
  }

  @Test
  void aReaderGetsItReadOnly() {
    assertThat(give(publish(volume, NODE_1).setReadonly(true))).containsEntry("readOnly", "true");
    take(volume, NODE_1);

    assertThat(
            give(
                publish(volume, NODE_1)
                    .setVolumeCapability(mount("ext4", AccessMode.Mode.SINGLE_NODE_READER_ONLY))))
        .containsEntry("readOnly", "true");
    assertThat(publications()).singleElement().matches(Publication::getReadOnly);
  }

  @Test
  void anotherReadOnlyFlagOnTheSameNodeIsRefused() {
    give(publish(volume, NODE_1));

    refused(Code.ALREADY_EXISTS, () -> give(publish(volume, NODE_1).setReadonly(true)), "san-a");
  }

  @Test
  void anIncompatibleCapabilityOnTheSameNodeIsRefused() {
    give(publish(volume, NODE_1));

    for (AccessMode.Mode mode :
        List.of(AccessMode.Mode.SINGLE_NODE_WRITER, AccessMode.Mode.MULTI_NODE_MULTI_WRITER)) {
      refused(
          Code.ALREADY_EXISTS,
          () -> give(publish(volume, NODE_1).setVolumeCapability(block(mode))),
          "san-a");
    }
    give(
        publish(volume, NODE_1)
            .setVolumeCapability(mount("", AccessMode.Mode.SINGLE_NODE_MULTI_WRITER)));
  }

  @Test
  void whatOneNodeHasForItselfIsNotSharedWithAnother() {
    give(publish(volume, NODE_1));

    refused(
        Code.FAILED_PRECONDITION,
        () ->
            give(
                publish(volume, NODE_2)
                    .setVolumeCapability(block(AccessMode.Mode.MULTI_NODE_MULTI_WRITER))),
        "worker-1");
    assertThat(publications()).hasSize(1);
  }

  @Test
  void aSecondNodeIsRefusedAndTheFirstIsNamed() {
    give(publish(volume, NODE_1));

    refused(Code.FAILED_PRECONDITION, () -> give(publish(volume, NODE_2)), "worker-1");
    assertThat(publications()).hasSize(1);

    take(volume, NODE_1);
    give(publish(volume, NODE_2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fake-vol-id", NOWHERE, "san-z/0123456789abcdef0123456789abcdef"})
  void aVolumeThatIsNotThereIsNotFound(String id) {
    refused(Code.NOT_FOUND, () -> give(publish(id, NODE_1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fake-node-id", "worker-1", "worker-1/123"})
  void aNodeThatCannotBeIsNotFound(String id) {
    refused(Code.NOT_FOUND, () -> give(publish(volume, id)), id);
    assertThat(publications()).isEmpty();
  }

  @Test
  void missingFieldsAreInvalidArguments() {
    refused(Code.INVALID_ARGUMENT, () -> give(publish("", NODE_1)), "volume_id");
    refused(Code.INVALID_ARGUMENT, () -> give(publish(volume, "")), "node_id");
    refused(
        Code.INVALID_ARGUMENT,
        () -> give(publish("fake-vol-id", "fake-node-id").clearVolumeCapability()),
        "volume_capability");
    refused(
        Code.INVALID_ARGUMENT,
        () ->
            give(
                publish(volume, NODE_1)
                    .setVolumeCapability(mount("", AccessMode.Mode.MULTI_NODE_MULTI_WRITER))),
        "MULTI_NODE_MULTI_WRITER");
    refused(Code.INVALID_ARGUMENT, () -> take("", NODE_1), "volume_id");
  }

  @Test
  void aRawDeviceForSeveralNodesGoesToSeveral() {
    VolumeCapability shared = block(AccessMode.Mode.MULTI_NODE_MULTI_WRITER);
    give(publish(volume, NODE_1).setVolumeCapability(shared));
    give(publish(volume, NODE_2).setVolumeCapability(shared));
    assertThat(publications()).hasSize(2);

    refused(
        Code.FAILED_PRECONDITION,
        () -> give(publish(volume, "worker-3/33333333-2222-4333-8444-555555555555")),
        "worker-1");
    take(volume, NODE_1);
    assertThat(publications()).hasSize(1);
  }

  @Test
  void takingItBackIsConfirmedByTheHost() {
    give(publish(volume, NODE_1));
    take(volume, NODE_1);
    assertThat(publications()).isEmpty();
    assertThat(controller.detached()).containsExactly(volume + " from worker-1");

    take(volume, NODE_1);
  }

  @Test
  void anEmptyNodeMeansAllNodes() {
    give(publish(volume, NODE_1));

    take(volume, "");

    assertThat(publications()).isEmpty();
  }

  @Test
  void takingFromAnotherNodeChangesNothing() {
    give(publish(volume, NODE_1));

    take(volume, NODE_2);
    take(volume, "fake-node-id");

    assertThat(publications()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fake-vol-id", NOWHERE})
  void takingAVolumeThatIsNotThereIsFine(String id) {
    take(id, NODE_1);
    take(id, "");
  }

  @Test
  void theFenceIsNotPromisedForAHostThatCannotBeAsked() {
    give(publish(volume, NODE_1));
    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> take(volume, NODE_1), "san-a");

    controller.host("san-a").switchOn();
    controller.targets().remove("san-a");
    refused(Code.FAILED_PRECONDITION, () -> take(volume, NODE_1), "san-a", "configured");
    assertThat(publications()).hasSize(1);
  }

  @Test
  void theFenceIsNotPromisedForTheWrongHost() {
    try (TestController fresh = new TestController()) {
      fresh.host("san-a").agent().storage().rename("san-x");

      refused(
          Code.FAILED_PRECONDITION,
          () -> fresh.client().controllerUnpublishVolume(unpublish(volume, NODE_1)),
          "san-x");
    }
  }

  @Test
  void aFenceThatIsStillDrainingIsNotSuccess() {
    give(publish(volume, NODE_1));
    controller
        .agent("san-a")
        .faults()
        .failNext("UnpublishVolume", Code.DEADLINE_EXCEEDED, "commands are still in flight");

    refused(Code.DEADLINE_EXCEEDED, () -> take(volume, NODE_1), "still in flight");

    take(volume, NODE_1);
    assertThat(publications()).isEmpty();
  }

  @Test
  void lostAnswersAreMadeGoodByTheRetry() {
    controller.agent("san-a").faults().loseAnswerOfNext("PublishVolume");
    refused(Code.UNAVAILABLE, () -> give(publish(volume, NODE_1)), "san-a");
    assertThat(give(publish(volume, NODE_1)).get("targets")).contains("\"lun\":1");

    controller.agent("san-a").faults().loseAnswerOfNext("UnpublishVolume");
    refused(Code.UNAVAILABLE, () -> take(volume, NODE_1), "san-a");
    take(volume, NODE_1);
    assertThat(publications()).isEmpty();
  }

  @Test
  void anAnswerForAnotherVolumeNeverReachesTheNode() {
    String other = "fedcba9876543210fedcba9876543210";
    controller
        .agent("san-a")
        .storage()
        .falsify(
            volume.substring("san-a/".length()),
            stored ->
                stored.toBuilder()
                    .setSerial(other)
                    .setWwid("36001405" + other.substring(0, 25))
                    .build());

    refused(Code.INTERNAL, () -> give(publish(volume, NODE_1)), "san-a", other);
  }

  @Test
  void aFullNodeIsToldSo() {
    controller
        .agent("san-a")
        .faults()
        .failNext("PublishVolume", Code.RESOURCE_EXHAUSTED, "no LUN number is free");

    refused(Code.RESOURCE_EXHAUSTED, () -> give(publish(volume, NODE_1)), "no LUN number is free");
  }

  @Test
  void publishingAndUnpublishingDoNotOverlap() throws Exception {
    controller.agent("san-a").faults().hold("PublishVolume");
    ListenableFuture<ControllerPublishVolumeResponse> first =
        ControllerGrpc.newFutureStub(controller.client().getChannel())
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .controllerPublishVolume(publish(volume, NODE_1).build());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> controller.agent("san-a").calls().contains("PublishVolume"));

    refused(Code.ABORTED, () -> take(volume, NODE_1), volume, "ControllerPublishVolume");
    refused(Code.ABORTED, () -> give(publish(volume, NODE_2)), volume);
    controller.agent("san-a").faults().letGo("PublishVolume");

    assertThat(first.get(10, TimeUnit.SECONDS).getPublishContextMap()).containsKey("wwid");
  }
}
