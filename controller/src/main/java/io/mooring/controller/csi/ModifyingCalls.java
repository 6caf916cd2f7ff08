package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.LimitParameters;
import io.mooring.controller.volume.Modification;
import io.mooring.csi.v1.ControllerModifyVolumeRequest;
import io.mooring.csi.v1.ControllerModifyVolumeResponse;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

/** ControllerModifyVolume. */
final class ModifyingCalls {
  private final Modification modification;

  ModifyingCalls(Modification modification) {
    this.modification = requireNonNull(modification, "modification is null");
  }

  ControllerModifyVolumeResponse modify(ControllerModifyVolumeRequest request, Deadline deadline) {
    String volumeId = Messages.required("volume_id", request.getVolumeId());
    if (request.getMutableParametersCount() == 0) {
      throw Failure.invalidArgument(
          "mutable_parameters is missing; say what volume %s shall be limited to, or none"
              .formatted(volumeId));
    }
    modification.modify(
        volumeId, LimitParameters.parse(request.getMutableParametersMap()), deadline);
    return ControllerModifyVolumeResponse.getDefaultInstance();
  }
}
