package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Int64Value;
import io.mooring.controller.volume.Fabrics;
import io.mooring.controller.volume.Origin;
import io.mooring.controller.volume.Parameters;
import io.mooring.controller.volume.Provisioning;
import io.mooring.controller.volume.Room;
import io.mooring.controller.volume.VolumeRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.CreateVolumeResponse;
import io.mooring.csi.v1.DeleteVolumeRequest;
import io.mooring.csi.v1.DeleteVolumeResponse;
import io.mooring.csi.v1.GetCapacityRequest;
import io.mooring.csi.v1.GetCapacityResponse;
import io.mooring.csi.v1.VolumeContentSource;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** CreateVolume, DeleteVolume, GetCapacity. */
final class ProvisioningCalls {
  private final Provisioning provisioning;

  ProvisioningCalls(Provisioning provisioning) {
    this.provisioning = requireNonNull(provisioning, "provisioning is null");
  }

  CreateVolumeResponse create(CreateVolumeRequest request, Deadline deadline) {
    VolumeRequest wanted =
        new VolumeRequest(
            Messages.required("name", request.getName()),
            Messages.size(request.getCapacityRange()),
            Messages.capabilities(request.getVolumeCapabilitiesList()),
            Parameters.parse(request.getParametersMap()).with(request.getMutableParamsMap()),
            Topologies.fabrics(request.getAccessibilityRequirements()),
            origin(request));
    return CreateVolumeResponse.newBuilder()
        .setVolume(
            Messages.volume(provisioning.create(wanted, deadline)).toBuilder()
                .putAllVolumeContext(wanted.parameters().context())
                .putAllVolumeContext(Claim.of(request.getParametersMap()).context()))
        .build();
  }

  private static Optional<Origin> origin(CreateVolumeRequest request) {
    if (!request.hasVolumeContentSource()) {
      return Optional.empty();
    }
    VolumeContentSource source = request.getVolumeContentSource();
    return Optional.of(
        switch (source.getTypeCase()) {
          case SNAPSHOT ->
              Origin.snapshot(
                  Messages.required(
                      "volume_content_source.snapshot.snapshot_id",
                      source.getSnapshot().getSnapshotId()));
          case VOLUME ->
              Origin.volume(
                  Messages.required(
                      "volume_content_source.volume.volume_id", source.getVolume().getVolumeId()));
          case TYPE_NOT_SET ->
              throw Failure.invalidArgument(
                  "volume_content_source names neither a snapshot nor a volume; name one");
        });
  }

  DeleteVolumeResponse delete(DeleteVolumeRequest request, Deadline deadline) {
    provisioning.delete(Messages.required("volume_id", request.getVolumeId()), deadline);
    return DeleteVolumeResponse.getDefaultInstance();
  }

  GetCapacityResponse capacity(GetCapacityRequest request, Deadline deadline) {
    Room room =
        provisioning.room(
            Messages.capabilities(request.getVolumeCapabilitiesList()),
            Parameters.parse(request.getParametersMap()),
            request.hasAccessibleTopology()
                ? Topologies.fabrics(request.getAccessibleTopology())
                : Fabrics.ANY,
            deadline);
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(room.available())
        .setMaximumVolumeSize(Int64Value.of(room.largestVolume()))
        .build();
  }
}
