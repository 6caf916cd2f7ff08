package io.mooring.node.csi;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.NodeExpandVolumeRequest;
import io.mooring.csi.v1.NodeGetStorageHealthRequest;
import io.mooring.csi.v1.NodeGetVolumeHealthRequest;
import org.junit.jupiter.api.Test;

/** NodeExpandVolume and the health calls. */
class SizeAndHealthTest extends CsiNode {
  @Test
  void aHealthyVolumeHasNothingToTell() {
    NodeGetVolumeHealthRequest request =
        NodeGetVolumeHealthRequest.newBuilder().setVolumeId(host.volumeId()).build();
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeGetVolumeHealth(NodeGetVolumeHealthRequest.getDefaultInstance()),
        "volume_id");
    assertCode(Status.Code.NOT_FOUND, () -> node.nodeGetVolumeHealth(request), "not staged");

    var _ = node.nodeStageVolume(stageRequest().build());

    assertThat(node.nodeGetVolumeHealth(request).getVolumeHealth().getVolumeId())
        .isEqualTo(host.volumeId());
    assertThat(node.nodeGetVolumeHealth(request).getVolumeHealth().getHealthStatusesList())
        .isEmpty();
    assertThat(
            node.nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
                .getBackendHealthList())
        .isEmpty();
  }

  @Test
  void anExpansionSaysWhatItLacksAndWhatItMade() {
    NodeExpandVolumeRequest.Builder request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(host.volumeId())
            .setVolumePath(staging())
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(host.sizeBytes()));
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeExpandVolume(request.clone().clearVolumeId().build()),
        "volume_id");
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> node.nodeExpandVolume(request.clone().clearVolumePath().build()),
        "volume_path");
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () ->
            node.nodeExpandVolume(
                request
                    .clone()
                    .setCapacityRange(
                        CapacityRange.newBuilder().setRequiredBytes(2).setLimitBytes(1))
                    .build()),
        "capacity_range");
    assertCode(Status.Code.NOT_FOUND, () -> node.nodeExpandVolume(request.build()), "not staged");
    assertCode(
        Status.Code.NOT_FOUND,
        () ->
            node.nodeExpandVolume(
                request.clone().setVolumeId("fake-vol-id").setVolumePath("some/path").build()));

    var _ = node.nodeStageVolume(stageRequest().build());

    assertThat(node.nodeExpandVolume(request.build()).getCapacityBytes())
        .isEqualTo(host.sizeBytes());
  }
}
