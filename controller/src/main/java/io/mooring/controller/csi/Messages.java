package io.mooring.controller.csi;

import com.google.protobuf.util.Timestamps;
import io.mooring.controller.volume.AccessMode;
import io.mooring.controller.volume.AccessType;
import io.mooring.controller.volume.Capability;
import io.mooring.controller.volume.GroupId;
import io.mooring.controller.volume.GroupInfo;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.Origin;
import io.mooring.controller.volume.Parameters;
import io.mooring.controller.volume.SizeRange;
import io.mooring.controller.volume.SnapshotInfo;
import io.mooring.controller.volume.VolumeInfo;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeContentSource;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;

/** Between CSI's messages and the controller's records. */
final class Messages {
  private Messages() {}

  /**
   * A field that must be there.
   *
   * @throws Failure INVALID_ARGUMENT naming the field when it is empty
   */
  static String required(String field, String value) {
    if (value.isEmpty()) {
      throw Failure.invalidArgument(field + " is missing");
    }
    return value;
  }

  static SizeRange size(CapacityRange range) {
    return new SizeRange(range.getRequiredBytes(), range.getLimitBytes());
  }

  static List<Capability> capabilities(List<VolumeCapability> capabilities) {
    return capabilities.stream().map(Messages::capability).toList();
  }

  /**
   * One way of using a volume.
   *
   * @throws Failure INVALID_ARGUMENT when it says too little, or what is not offered to nodes
   */
  static Capability capability(VolumeCapability capability) {
    return new Capability(type(capability), mode(capability.getAccessMode().getMode()));
  }

  private static AccessType type(VolumeCapability capability) {
    return switch (capability.getAccessTypeCase()) {
      case BLOCK -> new AccessType.Block();
      case MOUNT -> {
        if (!capability.getMount().getVolumeMountGroup().isEmpty()) {
          throw Failure.invalidArgument(
              "volume_capability: volume_mount_group is not offered; leave it out");
        }
        yield new AccessType.FileSystem(capability.getMount().getFsType());
      }
      case ACCESSTYPE_NOT_SET ->
          throw Failure.invalidArgument(
              "volume_capability: access_type is missing; say block or mount");
    };
  }

  private static AccessMode mode(VolumeCapability.AccessMode.Mode mode) {
    return switch (mode) {
      case SINGLE_NODE_WRITER -> AccessMode.SINGLE_NODE_WRITER;
      case SINGLE_NODE_READER_ONLY -> AccessMode.SINGLE_NODE_READER_ONLY;
      case SINGLE_NODE_SINGLE_WRITER -> AccessMode.SINGLE_NODE_SINGLE_WRITER;
      case SINGLE_NODE_MULTI_WRITER -> AccessMode.SINGLE_NODE_MULTI_WRITER;
      case MULTI_NODE_READER_ONLY -> AccessMode.MULTI_NODE_READER_ONLY;
      case MULTI_NODE_SINGLE_WRITER -> AccessMode.MULTI_NODE_SINGLE_WRITER;
      case MULTI_NODE_MULTI_WRITER -> AccessMode.MULTI_NODE_MULTI_WRITER;
      case UNKNOWN, UNRECOGNIZED ->
          throw Failure.invalidArgument(
              "volume_capability: access_mode is missing or not known; say who uses the volume");
    };
  }

  static Volume volume(VolumeInfo volume) {
    Volume.Builder message =
        Volume.newBuilder()
            .setVolumeId(volume.id().toString())
            .setCapacityBytes(volume.sizeBytes())
            .putAllVolumeContext(volume.context())
            .addAllAccessibleTopology(Topologies.of(volume.fabrics()));
    volume.origin().ifPresent(origin -> message.setContentSource(source(origin)));
    return message.build();
  }

  private static VolumeContentSource source(Origin origin) {
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    return switch (origin.source().kind()) {
      case SNAPSHOT ->
          source
              .setSnapshot(
                  VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId(origin.id()))
              .build();
      case VOLUME ->
          source
              .setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId(origin.id()))
              .build();
    };
  }

  static List<String> publishedTo(VolumeInfo volume) {
    return volume.publishedTo().stream().map(NodeId::toString).toList();
  }

  static Snapshot snapshot(SnapshotInfo snapshot) {
    return Snapshot.newBuilder()
        .setSnapshotId(snapshot.id().toString())
        .setSourceVolumeId(snapshot.volume().toString())
        .setSizeBytes(snapshot.sizeBytes())
        .setCreationTime(Timestamps.fromMillis(snapshot.createdAt().toEpochMilli()))
        .setReadyToUse(snapshot.ready())
        .setGroupSnapshotId(snapshot.group().map(GroupId::toString).orElse(""))
        .build();
  }

  static VolumeGroupSnapshot group(GroupInfo group) {
    return VolumeGroupSnapshot.newBuilder()
        .setGroupSnapshotId(group.id().toString())
        .addAllSnapshots(group.snapshots().stream().map(Messages::snapshot).toList())
        .setCreationTime(Timestamps.fromMillis(group.createdAt().toEpochMilli()))
        .setReadyToUse(true)
        .build();
  }

  /**
   * Of a class that has no parameters, beyond what Kubernetes' sidecars add.
   *
   * @throws Failure INVALID_ARGUMENT naming the first that is there all the same
   */
  static void refuseParameters(String kind, Map<String, String> parameters) {
    parameters.keySet().stream()
        .filter(key -> !Parameters.isSidecars(key))
        .findFirst()
        .ifPresent(key -> {
          throw Failure.invalidArgument(
              "parameter \"%s\" is not known; a %s of this driver has none".formatted(key, kind));
        });
  }
}
