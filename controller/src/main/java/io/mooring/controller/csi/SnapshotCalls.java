package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.CsiName;
import io.mooring.controller.volume.Page;
import io.mooring.controller.volume.SnapshotInfo;
import io.mooring.controller.volume.SnapshotListing;
import io.mooring.controller.volume.Snapshots;
import io.mooring.csi.v1.CreateSnapshotRequest;
import io.mooring.csi.v1.CreateSnapshotResponse;
import io.mooring.csi.v1.DeleteSnapshotRequest;
import io.mooring.csi.v1.DeleteSnapshotResponse;
import io.mooring.csi.v1.GetSnapshotRequest;
import io.mooring.csi.v1.GetSnapshotResponse;
import io.mooring.csi.v1.ListSnapshotsRequest;
import io.mooring.csi.v1.ListSnapshotsResponse;
import io.mooring.runtime.time.Deadline;

/** CreateSnapshot, DeleteSnapshot, ListSnapshots, GetSnapshot. */
final class SnapshotCalls {
  private final Snapshots snapshots;
  private final SnapshotListing listing;

  SnapshotCalls(Snapshots snapshots, SnapshotListing listing) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.listing = requireNonNull(listing, "listing is null");
  }

  CreateSnapshotResponse create(CreateSnapshotRequest request, Deadline deadline) {
    String name = CsiName.require(request.getName());
    String volumeId = Messages.required("source_volume_id", request.getSourceVolumeId());
    Messages.refuseParameters("VolumeSnapshotClass", request.getParametersMap());
    return CreateSnapshotResponse.newBuilder()
        .setSnapshot(Messages.snapshot(snapshots.create(name, volumeId, deadline)))
        .build();
  }

  DeleteSnapshotResponse delete(DeleteSnapshotRequest request, Deadline deadline) {
    snapshots.delete(Messages.required("snapshot_id", request.getSnapshotId()), deadline);
    return DeleteSnapshotResponse.getDefaultInstance();
  }

  ListSnapshotsResponse list(ListSnapshotsRequest request, Deadline deadline) {
    Page<SnapshotInfo> page =
        listing.page(
            new SnapshotListing.Filter(request.getSnapshotId(), request.getSourceVolumeId()),
            request.getMaxEntries(),
            request.getStartingToken(),
            deadline);
    return ListSnapshotsResponse.newBuilder()
        .addAllEntries(
            page.entries().stream()
                .map(info ->
                    ListSnapshotsResponse.Entry.newBuilder()
                        .setSnapshot(Messages.snapshot(info))
                        .build())
                .toList())
        .setNextToken(page.nextToken())
        .build();
  }

  GetSnapshotResponse get(GetSnapshotRequest request, Deadline deadline) {
    return GetSnapshotResponse.newBuilder()
        .setSnapshot(
            Messages.snapshot(
                listing.get(Messages.required("snapshot_id", request.getSnapshotId()), deadline)))
        .build();
  }
}
