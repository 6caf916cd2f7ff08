package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.DeleteVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.ControllerProcess;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Wrong requests get the code that the specification asks for and a sentence, and leave nothing.
 */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class BadInputIT {
  private static final long GIB = 1L << 30;

  private final Mooring mooring;
  private Inventory before;

  BadInputIT(Mooring mooring) {
    this.mooring = mooring;
    this.before = mooring.inventory();
  }

  @BeforeEach
  void lookFirst() {
    before = mooring.inventory();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void refused(CreateVolumeRequest request, Code code, String... words) {
    Status status = Calls.status(() -> mooring.controller().stub().createVolume(request));
    assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
    for (String word : words) {
      assertThat(status.getDescription()).contains(word);
    }
    assertThat(status.getDescription()).isNotBlank();
  }

  private static CreateVolumeRequest.Builder request(String name) {
    return ControllerClient.createRequest(VolumeSpec.of(name, AgentHost.THIN, VolumeKind.EXT4))
        .toBuilder();
  }

  @Test
  void createVolumeNamesWhatIsWrong() {
    refused(request("").build(), Code.INVALID_ARGUMENT, "name");
    refused(request("bad").clearVolumeCapabilities().build(), Code.INVALID_ARGUMENT, "capabilit");
    refused(
        request("bad").putParameters("poool", "x").build(), Code.INVALID_ARGUMENT, "poool", "pool");
    refused(request("bad").putParameters("pool", "gold").build(), Code.INVALID_ARGUMENT, "gold");
    refused(
        request("bad").setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(-1)).build(),
        Code.INVALID_ARGUMENT,
        "-1");
    refused(
        request("bad")
            .setCapacityRange(
                CapacityRange.newBuilder().setRequiredBytes(2 * GIB).setLimitBytes(GIB))
            .build(),
        Code.INVALID_ARGUMENT);
    refused(
        request("bad")
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(10_000 * GIB))
            .build(),
        Code.OUT_OF_RANGE);
  }

  @Test
  void aNameBelongsToOneVolume() {
    Volume volume = mooring.controller().stub().createVolume(request("clash").build()).getVolume();
    refused(
        request("clash").setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(GIB)).build(),
        Code.ALREADY_EXISTS,
        "clash");
    refused(request("clash").putParameters("pool", AgentHost.FILE).build(), Code.ALREADY_EXISTS);
    mooring.controller().delete(volume.getVolumeId());
  }

  @Test
  void idsThatCannotExistAreNotFoundAndDeletingThemIsFine() {
    for (String id :
        new String[] {"nonsense", "san1/xyz", "san1/" + "0".repeat(32), "../../etc/passwd"}) {
      mooring.controller().delete(id);
      assertThat(
              Calls.code(() ->
                  mooring
                      .controller()
                      .stub()
                      .controllerPublishVolume(
                          ControllerPublishVolumeRequest.newBuilder()
                              .setVolumeId(id)
                              .setNodeId(mooring.node1().nodeId())
                              .setVolumeCapability(VolumeKind.EXT4.capability())
                              .build())))
          .as(id)
          .isEqualTo(Code.NOT_FOUND);
      assertThat(Calls.code(() -> mooring.controller().get(id))).isEqualTo(Code.NOT_FOUND);
    }
    assertThat(
            Calls.code(() ->
                mooring.controller().stub().deleteVolume(DeleteVolumeRequest.getDefaultInstance())))
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void stagingWithABentPublishContextIsRefused() {
    VolumeSpec spec = VolumeSpec.of("bent", AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = mooring.controller().create(spec);
    NodeStageVolumeRequest good =
        NodeClient.stageRequest(mooring.publish(volume, spec.kind(), mooring.node1()));
    for (String key : good.getPublishContextMap().keySet()) {
      NodeStageVolumeRequest bent = good.toBuilder().putPublishContext(key, "nonsense").build();
      assertThat(Calls.code(() -> mooring.node1().client().stub().nodeStageVolume(bent)))
          .as(key)
          .isEqualTo(Code.INVALID_ARGUMENT);
    }
    NodeStageVolumeRequest incapable = good.toBuilder().clearVolumeCapability().build();
    assertThat(Calls.code(() -> mooring.node1().client().stub().nodeStageVolume(incapable)))
        .isEqualTo(Code.INVALID_ARGUMENT);
    mooring.controller().unpublish(volume.getVolumeId(), mooring.node1().nodeId());
    mooring.controller().delete(volume.getVolumeId());
  }

  @Test
  void aFullThinPoolRefusesWithTheRemedy() {
    Volume most =
        mooring
            .controller()
            .stub()
            .createVolume(
                request("most")
                    .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(5 * GIB))
                    .build())
            .getVolume();
    refused(
        request("rest")
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(2 * GIB))
            .build(),
        Code.RESOURCE_EXHAUSTED,
        AgentHost.THIN);
    mooring.controller().delete(most.getVolumeId());
  }

  @Test
  void aTargetThatCannotBeReachedStopsNewVolumesInsteadOfDoublingThem() {
    Volume first = mooring.controller().stub().createVolume(request("alone").build()).getVolume();
    mooring.controllerProcess().target("san0", "127.0.0.1:1");
    try {
      // The targets file is read again every few seconds; a list needs every target.
      Calls.untilCode(Code.UNAVAILABLE, () -> mooring.controller().list());
      refused(request("other").build(), Code.UNAVAILABLE, "san0");
    } finally {
      mooring.controllerProcess().forget("san0");
    }
    Calls.untilOk(() -> mooring.controller().list());
    assertThat(mooring.controller().stub().createVolume(request("alone").build()).getVolume())
        .isEqualTo(first);
    mooring.controller().delete(first.getVolumeId());
  }

  @Test
  void anAgentRefusesAControllerOfAnotherAuthority() {
    try (ControllerProcess stranger = mooring.stranger()) {
      Status status =
          Calls.status(() -> stranger.client().stub().createVolume(request("stranger").build()));
      assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(status.getDescription())
          .contains(AgentHost.TARGET)
          .containsIgnoringCase("certificate");
    }
  }
}
