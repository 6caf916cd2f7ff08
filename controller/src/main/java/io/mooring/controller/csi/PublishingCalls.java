package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.Publishing;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.ControllerPublishVolumeResponse;
import io.mooring.csi.v1.ControllerUnpublishVolumeRequest;
import io.mooring.csi.v1.ControllerUnpublishVolumeResponse;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

/** ControllerPublishVolume, ControllerUnpublishVolume. */
final class PublishingCalls {
  private final Publishing publishing;

  PublishingCalls(Publishing publishing) {
    this.publishing = requireNonNull(publishing, "publishing is null");
  }

  ControllerPublishVolumeResponse publish(
      ControllerPublishVolumeRequest request, Deadline deadline) {
    String volumeId = Messages.required("volume_id", request.getVolumeId());
    String nodeId = Messages.required("node_id", request.getNodeId());
    if (!request.hasVolumeCapability()) {
      throw Failure.invalidArgument("volume_capability is missing");
    }
    return ControllerPublishVolumeResponse.newBuilder()
        .putAllPublishContext(
            publishing.publish(
                volumeId,
                nodeId,
                request.getReadonly(),
                Messages.capability(request.getVolumeCapability()),
                deadline))
        .build();
  }

  ControllerUnpublishVolumeResponse unpublish(
      ControllerUnpublishVolumeRequest request, Deadline deadline) {
    publishing.unpublish(
        Messages.required("volume_id", request.getVolumeId()), request.getNodeId(), deadline);
    return ControllerUnpublishVolumeResponse.getDefaultInstance();
  }
}
