package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.volume.Expansion;
import io.mooring.controller.volume.Health;
import io.mooring.controller.volume.Listing;
import io.mooring.controller.volume.Modification;
import io.mooring.controller.volume.Provisioning;
import io.mooring.controller.volume.Publishing;
import io.mooring.controller.volume.SnapshotListing;
import io.mooring.controller.volume.Snapshots;
import io.mooring.csi.v1.ControllerExpandVolumeRequest;
import io.mooring.csi.v1.ControllerExpandVolumeResponse;
import io.mooring.csi.v1.ControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.ControllerGetCapabilitiesResponse;
import io.mooring.csi.v1.ControllerGetVolumeHealthRequest;
import io.mooring.csi.v1.ControllerGetVolumeHealthResponse;
import io.mooring.csi.v1.ControllerGetVolumeRequest;
import io.mooring.csi.v1.ControllerGetVolumeResponse;
import io.mooring.csi.v1.ControllerGrpc;
import io.mooring.csi.v1.ControllerListVolumeHealthRequest;
import io.mooring.csi.v1.ControllerListVolumeHealthResponse;
import io.mooring.csi.v1.ControllerModifyVolumeRequest;
import io.mooring.csi.v1.ControllerModifyVolumeResponse;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.ControllerPublishVolumeResponse;
import io.mooring.csi.v1.ControllerServiceCapability;
import io.mooring.csi.v1.ControllerServiceCapability.RPC;
import io.mooring.csi.v1.ControllerUnpublishVolumeRequest;
import io.mooring.csi.v1.ControllerUnpublishVolumeResponse;
import io.mooring.csi.v1.CreateSnapshotRequest;
import io.mooring.csi.v1.CreateSnapshotResponse;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.CreateVolumeResponse;
import io.mooring.csi.v1.DeleteSnapshotRequest;
import io.mooring.csi.v1.DeleteSnapshotResponse;
import io.mooring.csi.v1.DeleteVolumeRequest;
import io.mooring.csi.v1.DeleteVolumeResponse;
import io.mooring.csi.v1.GetCapacityRequest;
import io.mooring.csi.v1.GetCapacityResponse;
import io.mooring.csi.v1.GetSnapshotRequest;
import io.mooring.csi.v1.GetSnapshotResponse;
import io.mooring.csi.v1.ListSnapshotsRequest;
import io.mooring.csi.v1.ListSnapshotsResponse;
import io.mooring.csi.v1.ListVolumesRequest;
import io.mooring.csi.v1.ListVolumesResponse;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesRequest;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesResponse;
import io.mooring.runtime.rpc.CallDeadline;
import io.mooring.runtime.rpc.Unary;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;

/** CSI Controller. What is not here answers UNIMPLEMENTED, as the generated base does. */
public final class ControllerService extends ControllerGrpc.ControllerImplBase {
  private static final Duration STANDARD = Duration.ofMinutes(2);
  // Left of the caller's time, so that it gets our sentence instead of its own timeout.
  private static final Duration RESERVE = Duration.ofMillis(500);

  private static final List<RPC.Type> OFFERED =
      List.of(
          RPC.Type.CREATE_DELETE_VOLUME,
          RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
          RPC.Type.LIST_VOLUMES,
          RPC.Type.LIST_VOLUMES_PUBLISHED_NODES,
          RPC.Type.EXPAND_VOLUME,
          RPC.Type.MODIFY_VOLUME,
          RPC.Type.CREATE_DELETE_SNAPSHOT,
          RPC.Type.LIST_SNAPSHOTS,
          RPC.Type.GET_SNAPSHOT,
          RPC.Type.CLONE_VOLUME,
          RPC.Type.GET_CAPACITY,
          RPC.Type.GET_VOLUME,
          RPC.Type.GET_VOLUME_HEALTH,
          RPC.Type.LIST_VOLUME_HEALTH,
          RPC.Type.SINGLE_NODE_MULTI_WRITER,
          RPC.Type.PUBLISH_READONLY);

  private final ProvisioningCalls provisioning;
  private final Expansion expansion;
  private final ModifyingCalls modifying;
  private final SnapshotCalls snapshots;
  private final PublishingCalls publishing;
  private final ListingCalls listing;
  private final HealthCalls health;

  public ControllerService(
      Provisioning provisioning,
      Expansion expansion,
      Modification modification,
      Snapshots snapshots,
      SnapshotListing snapshotListing,
      Publishing publishing,
      Listing listing,
      Health health) {
    this.provisioning = new ProvisioningCalls(provisioning);
    this.expansion = requireNonNull(expansion, "expansion is null");
    this.modifying = new ModifyingCalls(modification);
    this.snapshots = new SnapshotCalls(snapshots, snapshotListing);
    this.publishing = new PublishingCalls(publishing);
    this.listing = new ListingCalls(listing);
    this.health = new HealthCalls(health);
  }

  /** How long the caller of this thread waits, on any of the controller's services. */
  static Deadline deadline() {
    return CallDeadline.current(STANDARD, RESERVE);
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> answer) {
    Unary.answer(answer, () -> provisioning.create(request, deadline()));
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> answer) {
    Unary.answer(answer, () -> provisioning.delete(request, deadline()));
  }

  /** The map on the node has to follow, and the file system where there is one. */
  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest request,
      StreamObserver<ControllerExpandVolumeResponse> answer) {
    Unary.answer(
        answer,
        () -> {
          String volumeId = Messages.required("volume_id", request.getVolumeId());
          if (request.hasVolumeCapability()) {
            Messages.capability(request.getVolumeCapability()).requireOffered("volume_capability");
          }
          return ControllerExpandVolumeResponse.newBuilder()
              .setCapacityBytes(
                  expansion.expand(volumeId, Messages.size(request.getCapacityRange()), deadline()))
              .setNodeExpansionRequired(true)
              .build();
        });
  }

  @Override
  public void controllerModifyVolume(
      ControllerModifyVolumeRequest request,
      StreamObserver<ControllerModifyVolumeResponse> answer) {
    Unary.answer(answer, () -> modifying.modify(request, deadline()));
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> answer) {
    Unary.answer(answer, () -> snapshots.create(request, deadline()));
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> answer) {
    Unary.answer(answer, () -> snapshots.delete(request, deadline()));
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> answer) {
    Unary.answer(answer, () -> snapshots.list(request, deadline()));
  }

  @Override
  public void getSnapshot(GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> answer) {
    Unary.answer(answer, () -> snapshots.get(request, deadline()));
  }

  @Override
  public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> answer) {
    Unary.answer(answer, () -> provisioning.capacity(request, deadline()));
  }

  @Override
  public void controllerPublishVolume(
      ControllerPublishVolumeRequest request,
      StreamObserver<ControllerPublishVolumeResponse> answer) {
    Unary.answer(answer, () -> publishing.publish(request, deadline()));
  }

  @Override
  public void controllerUnpublishVolume(
      ControllerUnpublishVolumeRequest request,
      StreamObserver<ControllerUnpublishVolumeResponse> answer) {
    Unary.answer(answer, () -> publishing.unpublish(request, deadline()));
  }

  @Override
  public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> answer) {
    Unary.answer(answer, () -> listing.list(request, deadline()));
  }

  @Override
  public void controllerGetVolume(
      ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> answer) {
    Unary.answer(answer, () -> listing.get(request, deadline()));
  }

  @Override
  public void controllerGetVolumeHealth(
      ControllerGetVolumeHealthRequest request,
      StreamObserver<ControllerGetVolumeHealthResponse> answer) {
    Unary.answer(answer, () -> health.get(request, deadline()));
  }

  @Override
  public void controllerListVolumeHealth(
      ControllerListVolumeHealthRequest request,
      StreamObserver<ControllerListVolumeHealthResponse> answer) {
    Unary.answer(answer, () -> health.list(request, deadline()));
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> answer) {
    Unary.answer(answer, () -> listing.validate(request, deadline()));
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> answer) {
    Unary.answer(
        answer,
        () ->
            ControllerGetCapabilitiesResponse.newBuilder()
                .addAllCapabilities(OFFERED.stream().map(ControllerService::offered).toList())
                .build());
  }

  private static ControllerServiceCapability offered(RPC.Type type) {
    return ControllerServiceCapability.newBuilder().setRpc(RPC.newBuilder().setType(type)).build();
  }
}
