package io.mooring.e2e.csi;

import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import io.mooring.csi.v1.VolumeCapability.BlockVolume;
import io.mooring.csi.v1.VolumeCapability.MountVolume;

/** How a pod uses the volume. */
public enum VolumeKind {
  EXT4,
  XFS,
  BTRFS,
  BLOCK;

  /** The capability that the sidecars send, for one writing node. */
  public VolumeCapability capability() {
    return capability(AccessMode.Mode.SINGLE_NODE_WRITER);
  }

  /** The same with another access mode. */
  public VolumeCapability capability(AccessMode.Mode mode) {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder().setAccessMode(AccessMode.newBuilder().setMode(mode));
    return switch (this) {
      case EXT4 -> capability.setMount(MountVolume.newBuilder().setFsType("ext4")).build();
      case XFS -> capability.setMount(MountVolume.newBuilder().setFsType("xfs")).build();
      case BTRFS -> capability.setMount(MountVolume.newBuilder().setFsType("btrfs")).build();
      case BLOCK -> capability.setBlock(BlockVolume.getDefaultInstance()).build();
    };
  }
}
