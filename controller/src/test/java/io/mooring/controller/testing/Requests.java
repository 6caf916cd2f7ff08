package io.mooring.controller.testing;

import static io.mooring.controller.testing.TestController.GIB;

import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.ControllerUnpublishVolumeRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.DeleteVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode;

/** Requests as a CSI client sends them. */
public final class Requests {
  public static final String NODE_1 = "worker-1/11111111-2222-4333-8444-555555555555";
  public static final String NODE_2 = "worker-2/22222222-2222-4333-8444-555555555555";

  private Requests() {}

  public static VolumeCapability mount(String fsType, AccessMode.Mode mode) {
    return VolumeCapability.newBuilder()
        .setMount(VolumeCapability.MountVolume.newBuilder().setFsType(fsType))
        .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode))
        .build();
  }

  public static VolumeCapability block(AccessMode.Mode mode) {
    return VolumeCapability.newBuilder()
        .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
        .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode))
        .build();
  }

  public static CapacityRange size(long required, long limit) {
    return CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit).build();
  }

  /** A 10 GiB volume with a file system for one writer. */
  public static CreateVolumeRequest.Builder volumeNamed(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(size(10 * GIB, 0))
        .addVolumeCapabilities(mount("", AccessMode.Mode.SINGLE_NODE_WRITER));
  }

  public static DeleteVolumeRequest delete(String volumeId) {
    return DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).build();
  }

  public static ControllerPublishVolumeRequest.Builder publish(String volumeId, String nodeId) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volumeId)
        .setNodeId(nodeId)
        .setVolumeCapability(mount("ext4", AccessMode.Mode.SINGLE_NODE_WRITER));
  }

  public static ControllerUnpublishVolumeRequest unpublish(String volumeId, String nodeId) {
    return ControllerUnpublishVolumeRequest.newBuilder()
        .setVolumeId(volumeId)
        .setNodeId(nodeId)
        .build();
  }
}
