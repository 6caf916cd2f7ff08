package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.CsiName;
import io.mooring.controller.volume.GroupSnapshots;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotResponse;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotResponse;
import io.mooring.csi.v1.GetVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.GetVolumeGroupSnapshotResponse;
import io.mooring.runtime.time.Deadline;

/** CreateVolumeGroupSnapshot, DeleteVolumeGroupSnapshot, GetVolumeGroupSnapshot. */
final class GroupCalls {
  private final GroupSnapshots groups;

  GroupCalls(GroupSnapshots groups) {
    this.groups = requireNonNull(groups, "groups is null");
  }

  CreateVolumeGroupSnapshotResponse create(
      CreateVolumeGroupSnapshotRequest request, Deadline deadline) {
    String name = CsiName.require(request.getName());
    Messages.refuseParameters("VolumeGroupSnapshotClass", request.getParametersMap());
    return CreateVolumeGroupSnapshotResponse.newBuilder()
        .setGroupSnapshot(
            Messages.group(groups.create(name, request.getSourceVolumeIdsList(), deadline)))
        .build();
  }

  DeleteVolumeGroupSnapshotResponse delete(
      DeleteVolumeGroupSnapshotRequest request, Deadline deadline) {
    groups.delete(
        Messages.required("group_snapshot_id", request.getGroupSnapshotId()),
        request.getSnapshotIdsList(),
        deadline);
    return DeleteVolumeGroupSnapshotResponse.getDefaultInstance();
  }

  GetVolumeGroupSnapshotResponse get(GetVolumeGroupSnapshotRequest request, Deadline deadline) {
    return GetVolumeGroupSnapshotResponse.newBuilder()
        .setGroupSnapshot(
            Messages.group(
                groups.get(
                    Messages.required("group_snapshot_id", request.getGroupSnapshotId()),
                    request.getSnapshotIdsList(),
                    deadline)))
        .build();
  }
}
