package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.agent.v1.VolumeLimits;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.LimitsListener;
import io.mooring.controller.volume.NodeId;
import io.mooring.csi.v1.ControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.ControllerModifyVolumeRequest;
import io.mooring.csi.v1.ControllerModifyVolumeResponse;
import io.mooring.csi.v1.ControllerServiceCapability.RPC;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModifyVolumeTest {
  private final TestController controller = TestController.withTwoHosts();

  @AfterEach
  void close() {
    controller.close();
  }

  private String make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume().getVolumeId();
  }

  private ControllerModifyVolumeResponse modify(String id, Map<String, String> parameters) {
    return controller
        .client()
        .controllerModifyVolume(
            ControllerModifyVolumeRequest.newBuilder()
                .setVolumeId(id)
                .putAllMutableParameters(parameters)
                .build());
  }

  private VolumeLimits stored() {
    return controller.agent("san-a").storage().volumes().getFirst().getLimits();
  }

  private static VolumeLimits limits(long readIops, long writeBytesPerSecond, long revision) {
    return VolumeLimits.newBuilder()
        .setReadIops(readIops)
        .setWriteBytesPerSecond(writeBytesPerSecond)
        .setRevision(revision)
        .build();
  }

  @Test
  void theCapabilityIsOffered() {
    assertThat(
            controller
                .client()
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .anyMatch(one -> one.getRpc().getType() == RPC.Type.MODIFY_VOLUME);
  }

  @Test
  void theHostKeepsWhatTheClassSaysAndNothingElse() {
    String volume = make(volumeNamed("pvc-1"));

    modify(volume, Map.of("readIops", "2k", "writeBandwidth", "100Mi"));
    assertThat(stored()).isEqualTo(limits(2000, 100L << 20, 1));
    modify(volume, Map.of("writeBandwidth", "100Mi"));
    assertThat(stored()).isEqualTo(limits(0, 100L << 20, 2));
    modify(volume, Map.of("readIops", "none", "csi.storage.k8s.io/pvc/name", "data"));
    assertThat(stored()).isEqualTo(limits(0, 0, 3));
  }

  @Test
  void whoeverCarriesLimitsToNodesIsToldOfThemAndOfTheNodes() {
    String volume = make(volumeNamed("pvc-1"));
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());

    modify(volume, Map.of("readIops", "500"));
    modify(volume, Map.of("readIops", "500"));

    LimitsListener.Change told = controller.changes().getFirst();
    assertThat(told.volume()).hasToString(volume);
    assertThat(told.limits().readIops()).isEqualTo(500);
    assertThat(told.limits().revision()).isEqualTo(1);
    assertThat(told.nodes()).extracting(NodeId::toString).containsExactly(NODE_1);
    assertThat(controller.changes()).as("a repeat is told again").containsExactly(told, told);
  }

  @Test
  void aLostAnswerIsMadeGoodByTheRetry() {
    String volume = make(volumeNamed("pvc-1"));
    controller.agent("san-a").faults().loseAnswerOfNext("ModifyVolume");
    refused(Code.UNAVAILABLE, () -> modify(volume, Map.of("readIops", "500")), "san-a");
    assertThat(controller.changes()).isEmpty();

    modify(volume, Map.of("readIops", "500"));

    assertThat(stored()).isEqualTo(limits(500, 0, 1));
    assertThat(controller.changes()).hasSize(1);
  }

  @Test
  void aNodeGetsTheLimitsWithTheirRevision() {
    String volume = make(volumeNamed("pvc-1"));
    assertThat(publishContext(volume)).doesNotContainKey("limits");

    modify(volume, Map.of("readIops", "500", "writeBandwidth", "2M"));

    assertThat(publishContext(volume))
        .containsEntry(
            "limits",
            "{\"revision\":1,\"readIops\":500,\"writeIops\":0,\"readBytesPerSecond\":0,"
                + "\"writeBytesPerSecond\":2000000}");
  }

  private Map<String, String> publishContext(String volume) {
    return controller
        .client()
        .controllerPublishVolume(publish(volume, NODE_1).build())
        .getPublishContextMap();
  }

  @Test
  void aVolumeIsMadeWithTheLimitsOfItsClasses() {
    make(volumeNamed("pvc-1").putParameters("readIops", "500").putParameters("writeIops", "500"));
    assertThat(stored().getWriteIops()).isEqualTo(500);

    make(
        volumeNamed("pvc-2")
            .putParameters("target", "san-b")
            .putParameters("writeIops", "500")
            .putMutableParams("readIops", "100"));
    assertThat(controller.agent("san-b").storage().volumes().getFirst().getLimits())
        .as("the VolumeAttributesClass says all")
        .isEqualTo(limits(100, 0, 1));
  }

  @Test
  void aRepeatedCreateNeitherFailsNorTakesBackAChange() {
    CreateVolumeRequest.Builder request = volumeNamed("pvc-1").putMutableParams("readIops", "100");
    String volume = make(request);
    modify(volume, Map.of("readIops", "500"));

    assertThat(make(request)).isEqualTo(volume);
    assertThat(make(volumeNamed("pvc-1"))).isEqualTo(volume);
    assertThat(stored()).isEqualTo(limits(500, 0, 2));
  }

  @Test
  void aVolumeThatNeverHadLimitsGetsThoseAskedForNow() {
    String volume = make(volumeNamed("pvc-1"));

    assertThat(make(volumeNamed("pvc-1").putMutableParams("readIops", "100"))).isEqualTo(volume);

    assertThat(stored()).isEqualTo(limits(100, 0, 1));
  }

  @Test
  void anAgentThatIsTooOldMakesNoVolumeThatLacksItsLimits() {
    String volume = make(volumeNamed("pvc-1"));
    controller.agent("san-a").storage().makeOld();

    refused(
        Code.FAILED_PRECONDITION,
        () -> modify(volume, Map.of("readIops", "500")),
        "san-a",
        "update its agent");
    refused(
        Code.UNAVAILABLE,
        () -> make(volumeNamed("pvc-2").putMutableParams("readIops", "100")),
        "san-a",
        "update its agent");
  }

  @Test
  void whatIsNoLimitIsInvalid() {
    String volume = make(volumeNamed("pvc-1"));

    refused(Code.INVALID_ARGUMENT, () -> modify("", Map.of("readIops", "500")), "volume_id");
    refused(Code.INVALID_ARGUMENT, () -> modify(volume, Map.of()), "mutable_parameters");
    refused(Code.INVALID_ARGUMENT, () -> modify(volume, Map.of("iops", "500")), "\"iops\"");
    refused(Code.INVALID_ARGUMENT, () -> modify(volume, Map.of("pool", "fast")), "\"pool\"");
    refused(Code.INVALID_ARGUMENT, () -> modify(volume, Map.of("readIops", "x")), "\"x\"");
    refused(
        Code.INVALID_ARGUMENT,
        () -> make(volumeNamed("b").putMutableParams("iops", "100")),
        "\"iops\"");
    assertThat(stored().getRevision()).isZero();
  }

  @Test
  void limitsOfAVolumeCanBeConfirmed() {
    String volume = make(volumeNamed("pvc-1"));

    assertThat(
            controller
                .client()
                .validateVolumeCapabilities(
                    ValidateVolumeCapabilitiesRequest.newBuilder()
                        .setVolumeId(volume)
                        .addAllVolumeCapabilities(volumeNamed("pvc-1").getVolumeCapabilitiesList())
                        .putMutableParams("readIops", "100")
                        .build())
                .getConfirmed()
                .getMutableParamsMap())
        .containsExactly(Map.entry("readIops", "100"));
  }

  @Test
  void aVolumeThatIsNotThereIsNotFound() {
    Map<String, String> some = Map.of("readIops", "500");
    refused(Code.NOT_FOUND, () -> modify("nonsense", some), "nonsense");
    refused(Code.NOT_FOUND, () -> modify("san-a/" + "0".repeat(32), some), "san-a");
    refused(Code.NOT_FOUND, () -> modify("san-x/" + "0".repeat(32), some), "san-x");
  }
}
