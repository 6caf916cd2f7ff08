package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Finding;
import io.mooring.controller.volume.Health;
import io.mooring.controller.volume.Page;
import io.mooring.csi.v1.ControllerGetVolumeHealthRequest;
import io.mooring.csi.v1.ControllerGetVolumeHealthResponse;
import io.mooring.csi.v1.ControllerListVolumeHealthRequest;
import io.mooring.csi.v1.ControllerListVolumeHealthResponse;
import io.mooring.csi.v1.VolumeHealth;
import io.mooring.csi.v1.VolumeHealthErrorType;
import io.mooring.runtime.time.Deadline;

/** ControllerGetVolumeHealth, ControllerListVolumeHealth. */
final class HealthCalls {
  private final Health health;

  HealthCalls(Health health) {
    this.health = requireNonNull(health, "health is null");
  }

  ControllerGetVolumeHealthResponse get(
      ControllerGetVolumeHealthRequest request, Deadline deadline) {
    String volumeId = Messages.required("volume_id", request.getVolumeId());
    return ControllerGetVolumeHealthResponse.newBuilder()
        .setVolumeHealth(message(health.of(volumeId, deadline)))
        .build();
  }

  ControllerListVolumeHealthResponse list(
      ControllerListVolumeHealthRequest request, Deadline deadline) {
    Page<io.mooring.controller.volume.VolumeHealth> page =
        health.page(request.getMaxEntries(), request.getStartingToken(), deadline);
    return ControllerListVolumeHealthResponse.newBuilder()
        .addAllEntries(page.entries().stream().map(HealthCalls::message).toList())
        .setNextToken(page.nextToken())
        .build();
  }

  private static VolumeHealth message(io.mooring.controller.volume.VolumeHealth volume) {
    return VolumeHealth.newBuilder()
        .setVolumeId(volume.id().toString())
        .addAllHealthStatuses(volume.findings().stream().map(HealthCalls::message).toList())
        .build();
  }

  private static VolumeHealth.VolumeHealthEntry message(Finding finding) {
    return VolumeHealth.VolumeHealthEntry.newBuilder()
        .setStatus(
            switch (finding.severity()) {
              case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
              case DATA_LOSS -> VolumeHealthErrorType.DATA_LOSS;
            })
        .setReason(finding.reason())
        .setMessage(finding.sentence())
        .build();
  }
}
