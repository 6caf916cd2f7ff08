package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Int64Value;
import io.mooring.controller.volume.Fabrics;
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
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

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
            Parameters.parse(request.getParametersMap()),
            Topologies.fabrics(request.getAccessibilityRequirements()));
    refuseWhatIsNotOffered(request);
    return CreateVolumeResponse.newBuilder()
        .setVolume(Messages.volume(provisioning.create(wanted, deadline)))
        .build();
  }

  private static void refuseWhatIsNotOffered(CreateVolumeRequest request) {
    if (request.hasVolumeContentSource()) {
      throw Failure.invalidArgument(
          "volume_content_source: volumes from snapshots or other volumes are not offered; create an"
              + " empty one");
    }
    if (request.getMutableParamsCount() > 0) {
      throw Failure.invalidArgument(
          "mutable_parameters: a VolumeAttributesClass is not offered; leave it out");
    }
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
