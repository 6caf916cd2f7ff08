package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.block;
import static io.mooring.controller.testing.Requests.mount;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesRequest;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesResponse;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ValidateVolumeCapabilitiesTest {
  private final TestController controller = TestController.withTwoHosts();
  private String volume = "";

  @BeforeEach
  void makeASmallVolume() {
    volume =
        controller
            .client()
            .createVolume(volumeNamed("pvc-1").setCapacityRange(size(100L << 20, 0)).build())
            .getVolume()
            .getVolumeId();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private ValidateVolumeCapabilitiesRequest.Builder ask(String volumeId) {
    return ValidateVolumeCapabilitiesRequest.newBuilder()
        .setVolumeId(volumeId)
        .addVolumeCapabilities(mount("ext4", AccessMode.Mode.SINGLE_NODE_WRITER));
  }

  private ValidateVolumeCapabilitiesResponse validate(
      ValidateVolumeCapabilitiesRequest.Builder request) {
    return controller.client().validateVolumeCapabilities(request.build());
  }

  private void objects(ValidateVolumeCapabilitiesRequest.Builder request, String part) {
    ValidateVolumeCapabilitiesResponse answer = validate(request);
    assertThat(answer.hasConfirmed()).isFalse();
    assertThat(answer.getMessage()).contains(part);
  }

  @Test
  void whatHoldsIsConfirmedAsAsked() {
    ValidateVolumeCapabilitiesRequest.Builder request =
        ask(volume)
            .addVolumeCapabilities(block(AccessMode.Mode.SINGLE_NODE_SINGLE_WRITER))
            .putVolumeContext("pool", "fast")
            .putVolumeContext("storage.kubernetes.io/csiProvisionerIdentity", "x")
            .putParameters("target", "san-a");

    ValidateVolumeCapabilitiesResponse answer = validate(request);

    assertThat(answer.getMessage()).isEmpty();
    assertThat(answer.getConfirmed().getVolumeCapabilitiesList())
        .isEqualTo(request.getVolumeCapabilitiesList());
    assertThat(answer.getConfirmed().getVolumeContextMap())
        .isEqualTo(request.getVolumeContextMap());
    assertThat(answer.getConfirmed().getParametersMap()).isEqualTo(request.getParametersMap());
  }

  @Test
  void whatDoesNotHoldIsNotConfirmedAndTheReasonIsSaid() {
    objects(
        ask(volume).addVolumeCapabilities(mount("", AccessMode.Mode.MULTI_NODE_MULTI_WRITER)),
        "MULTI_NODE_MULTI_WRITER");
    objects(
        ask(volume).addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER)), "xfs");
    objects(ask(volume).putParameters("pool", "slow"), "pool");
    objects(ask(volume).putVolumeContext("target", "san-b"), "san-a");
  }

  @Test
  void missingFieldsAreInvalidArguments() {
    refused(Code.INVALID_ARGUMENT, () -> validate(ask("")), "volume_id");
    refused(
        Code.INVALID_ARGUMENT,
        () -> validate(ask(volume).clearVolumeCapabilities()),
        "volume_capabilities");
    refused(
        Code.INVALID_ARGUMENT,
        () -> validate(ask(volume).putMutableParams("iops", "5")),
        "\"iops\"");
  }

  @Test
  void aVolumeThatIsNotThereIsNotFound() {
    refused(Code.NOT_FOUND, () -> validate(ask("fake-vol-id-1234")));
    refused(Code.NOT_FOUND, () -> validate(ask("san-b/0123456789abcdef0123456789abcdef")));
  }

  @Test
  void aTargetThatIsAwayLeavesTheAnswerOpen() {
    controller.host("san-a").switchOff();

    refused(Code.UNAVAILABLE, () -> validate(ask(volume)), "san-a");
  }
}
