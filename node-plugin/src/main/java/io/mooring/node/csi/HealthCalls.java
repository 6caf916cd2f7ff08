package io.mooring.node.csi;

import io.mooring.csi.v1.NodeGetStorageHealthResponse;
import io.mooring.csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import io.mooring.csi.v1.NodeGetVolumeHealthRequest;
import io.mooring.csi.v1.NodeGetVolumeHealthResponse;
import io.mooring.csi.v1.StorageHealthErrorType;
import io.mooring.csi.v1.VolumeHealth;
import io.mooring.csi.v1.VolumeHealthErrorType;
import io.mooring.node.volume.Health;
import io.mooring.node.volume.VolumeId;

/** NodeGetVolumeHealth, NodeGetStorageHealth. */
final class HealthCalls {
  private HealthCalls() {}

  static NodeGetVolumeHealthResponse volume(NodeGetVolumeHealthRequest request, Health health) {
    VolumeId volume =
        NodeRequests.volume(NodeRequests.required("volume_id", request.getVolumeId()));
    VolumeHealth.Builder message = VolumeHealth.newBuilder().setVolumeId(request.getVolumeId());
    for (Health.Finding finding : health.of(volume)) {
      message.addHealthStatuses(
          VolumeHealth.VolumeHealthEntry.newBuilder()
              .setStatus(
                  switch (finding.severity()) {
                    case DEGRADED -> VolumeHealthErrorType.DEGRADED;
                    case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
                  })
              .setReason(finding.reason())
              .setMessage(finding.sentence()));
    }
    return NodeGetVolumeHealthResponse.newBuilder().setVolumeHealth(message).build();
  }

  static NodeGetStorageHealthResponse storage(Health health) {
    NodeGetStorageHealthResponse.Builder message = NodeGetStorageHealthResponse.newBuilder();
    for (Health.Finding finding : health.ofTargets()) {
      message.addBackendHealth(
          StorageBackendHealth.newBuilder()
              .setStatus(
                  switch (finding.severity()) {
                    case DEGRADED -> StorageHealthErrorType.STORAGE_DEGRADED;
                    case INACCESSIBLE -> StorageHealthErrorType.STORAGE_UNREACHABLE;
                  })
              .setReason(finding.reason())
              .setMessage(finding.sentence()));
    }
    return message.build();
  }
}
