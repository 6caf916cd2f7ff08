package io.mooring.e2e.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.ControllerExpandVolumeRequest;
import io.mooring.csi.v1.ControllerGetVolumeRequest;
import io.mooring.csi.v1.ControllerGetVolumeResponse;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.ControllerModifyVolumeRequest;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.ControllerUnpublishVolumeRequest;
import io.mooring.csi.v1.CreateSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.DeleteSnapshotRequest;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.DeleteVolumeRequest;
import io.mooring.csi.v1.GetMetadataAllocatedRequest;
import io.mooring.csi.v1.GetMetadataDeltaRequest;
import io.mooring.csi.v1.GetVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.GroupControllerGrpc;
import io.mooring.csi.v1.ListSnapshotsRequest;
import io.mooring.csi.v1.ListSnapshotsResponse;
import io.mooring.csi.v1.ListVolumesRequest;
import io.mooring.csi.v1.ListVolumesResponse;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.SnapshotMetadataGrpc;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeContentSource;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The calls that external-provisioner and external-attacher make. */
public final class ControllerClient {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Channel channel;

  public ControllerClient(Channel channel) {
    this.channel = requireNonNull(channel, "channel is null");
  }

  /** The plain stub with the standard deadline, for calls that are meant to fail. */
  public ControllerGrpc.ControllerBlockingStub stub() {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  public Volume create(VolumeSpec spec) {
    return stub().createVolume(createRequest(spec)).getVolume();
  }

  /** The request behind {@link #create}, to be bent by tests of bad input. */
  public static CreateVolumeRequest createRequest(VolumeSpec spec) {
    return CreateVolumeRequest.newBuilder()
        .setName(spec.name())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(spec.sizeBytes()))
        .addVolumeCapabilities(spec.kind().capability())
        .putParameters("pool", spec.pool())
        .build();
  }

  /** A volume that begins with what the snapshot holds. */
  public Volume createFrom(VolumeSpec spec, Snapshot snapshot) {
    return copy(
        spec,
        VolumeContentSource.newBuilder()
            .setSnapshot(
                VolumeContentSource.SnapshotSource.newBuilder()
                    .setSnapshotId(snapshot.getSnapshotId()))
            .build());
  }

  /** A volume that begins with what another one holds. */
  public Volume clone(VolumeSpec spec, Volume origin) {
    return copy(
        spec,
        VolumeContentSource.newBuilder()
            .setVolume(
                VolumeContentSource.VolumeSource.newBuilder().setVolumeId(origin.getVolumeId()))
            .build());
  }

  private Volume copy(VolumeSpec spec, VolumeContentSource source) {
    return stub()
        .createVolume(createRequest(spec).toBuilder().setVolumeContentSource(source).build())
        .getVolume();
  }

  public Snapshot snapshot(String name, String volumeId) {
    return stub()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volumeId).build())
        .getSnapshot();
  }

  public void deleteSnapshot(String snapshotId) {
    stub().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshotId).build());
  }

  /** The plain stub of the service for groups, with the standard deadline. */
  public GroupControllerGrpc.GroupControllerBlockingStub groups() {
    return GroupControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Snapshots of these volumes at one moment. */
  public VolumeGroupSnapshot group(String name, String... volumeIds) {
    return groups()
        .createVolumeGroupSnapshot(
            CreateVolumeGroupSnapshotRequest.newBuilder()
                .setName(name)
                .addAllSourceVolumeIds(List.of(volumeIds))
                .build())
        .getGroupSnapshot();
  }

  public VolumeGroupSnapshot getGroup(VolumeGroupSnapshot group) {
    return groups()
        .getVolumeGroupSnapshot(
            GetVolumeGroupSnapshotRequest.newBuilder()
                .setGroupSnapshotId(group.getGroupSnapshotId())
                .addAllSnapshotIds(members(group))
                .build())
        .getGroupSnapshot();
  }

  public void deleteGroup(VolumeGroupSnapshot group) {
    groups()
        .deleteVolumeGroupSnapshot(
            DeleteVolumeGroupSnapshotRequest.newBuilder()
                .setGroupSnapshotId(group.getGroupSnapshotId())
                .addAllSnapshotIds(members(group))
                .build());
  }

  private static List<String> members(VolumeGroupSnapshot group) {
    return group.getSnapshotsList().stream().map(Snapshot::getSnapshotId).toList();
  }

  /** The plain stub of the service for blocks, with the standard deadline. */
  public SnapshotMetadataGrpc.SnapshotMetadataBlockingStub metadata() {
    return SnapshotMetadataGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Where a snapshot holds data. */
  public List<BlockMetadata> allocated(Snapshot snapshot) {
    List<BlockMetadata> blocks = new ArrayList<>();
    metadata()
        .getMetadataAllocated(
            GetMetadataAllocatedRequest.newBuilder()
                .setSnapshotId(snapshot.getSnapshotId())
                .build())
        .forEachRemaining(response -> blocks.addAll(response.getBlockMetadataList()));
    return blocks;
  }

  /** Where a snapshot differs from an earlier one. */
  public List<BlockMetadata> delta(Snapshot base, Snapshot target) {
    List<BlockMetadata> blocks = new ArrayList<>();
    metadata()
        .getMetadataDelta(
            GetMetadataDeltaRequest.newBuilder()
                .setBaseSnapshotId(base.getSnapshotId())
                .setTargetSnapshotId(target.getSnapshotId())
                .build())
        .forEachRemaining(response -> blocks.addAll(response.getBlockMetadataList()));
    return blocks;
  }

  /** The snapshots of a volume. */
  public List<Snapshot> snapshots(String volumeId) {
    return stub()
        .listSnapshots(ListSnapshotsRequest.newBuilder().setSourceVolumeId(volumeId).build())
        .getEntriesList()
        .stream()
        .map(ListSnapshotsResponse.Entry::getSnapshot)
        .toList();
  }

  /** Makes the volume larger on its storage host; returns its size. */
  public long expand(String volumeId, long bytes) {
    return stub()
        .controllerExpandVolume(
            ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(volumeId)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes))
                .build())
        .getCapacityBytes();
  }

  /** Gives the volume what a VolumeAttributesClass says. */
  public void modify(String volumeId, Map<String, String> parameters) {
    var _ =
        stub()
            .controllerModifyVolume(
                ControllerModifyVolumeRequest.newBuilder()
                    .setVolumeId(volumeId)
                    .putAllMutableParameters(parameters)
                    .build());
  }

  public void delete(String volumeId) {
    stub().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).build());
  }

  /** Publishes to the node and returns the publish context. */
  public Map<String, String> publish(Volume volume, String nodeId, VolumeKind kind) {
    return stub()
        .controllerPublishVolume(
            ControllerPublishVolumeRequest.newBuilder()
                .setVolumeId(volume.getVolumeId())
                .setNodeId(nodeId)
                .setVolumeCapability(kind.capability())
                .putAllVolumeContext(volume.getVolumeContextMap())
                .build())
        .getPublishContextMap();
  }

  public void unpublish(String volumeId, String nodeId) {
    stub()
        .controllerUnpublishVolume(
            ControllerUnpublishVolumeRequest.newBuilder()
                .setVolumeId(volumeId)
                .setNodeId(nodeId)
                .build());
  }

  public ListVolumesResponse list() {
    return stub().listVolumes(ListVolumesRequest.getDefaultInstance());
  }

  public ControllerGetVolumeResponse get(String volumeId) {
    return stub()
        .controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(volumeId).build());
  }
}
