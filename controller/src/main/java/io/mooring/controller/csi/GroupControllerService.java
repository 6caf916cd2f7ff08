package io.mooring.controller.csi;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.volume.GroupSnapshots;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotResponse;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotResponse;
import io.mooring.csi.v1.GetVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.GetVolumeGroupSnapshotResponse;
import io.mooring.csi.v1.GroupControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.GroupControllerGetCapabilitiesResponse;
import io.mooring.csi.v1.GroupControllerGrpc;
import io.mooring.csi.v1.GroupControllerServiceCapability;
import io.mooring.csi.v1.GroupControllerServiceCapability.RPC;
import io.mooring.runtime.rpc.Unary;

/** CSI GroupController. */
public final class GroupControllerService extends GroupControllerGrpc.GroupControllerImplBase {
  private final GroupCalls calls;

  public GroupControllerService(GroupSnapshots groups) {
    this.calls = new GroupCalls(groups);
  }

  @Override
  public void groupControllerGetCapabilities(
      GroupControllerGetCapabilitiesRequest request,
      StreamObserver<GroupControllerGetCapabilitiesResponse> answer) {
    Unary.answer(
        answer,
        () ->
            GroupControllerGetCapabilitiesResponse.newBuilder()
                .addCapabilities(
                    GroupControllerServiceCapability.newBuilder()
                        .setRpc(
                            RPC.newBuilder()
                                .setType(RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT)))
                .build());
  }

  @Override
  public void createVolumeGroupSnapshot(
      CreateVolumeGroupSnapshotRequest request,
      StreamObserver<CreateVolumeGroupSnapshotResponse> answer) {
    Unary.answer(answer, () -> calls.create(request, ControllerService.deadline()));
  }

  @Override
  public void deleteVolumeGroupSnapshot(
      DeleteVolumeGroupSnapshotRequest request,
      StreamObserver<DeleteVolumeGroupSnapshotResponse> answer) {
    Unary.answer(answer, () -> calls.delete(request, ControllerService.deadline()));
  }

  @Override
  public void getVolumeGroupSnapshot(
      GetVolumeGroupSnapshotRequest request,
      StreamObserver<GetVolumeGroupSnapshotResponse> answer) {
    Unary.answer(answer, () -> calls.get(request, ControllerService.deadline()));
  }
}
