package io.mooring.controller.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.Listing;
import io.mooring.controller.volume.Page;
import io.mooring.controller.volume.Parameters;
import io.mooring.controller.volume.VolumeInfo;
import io.mooring.csi.v1.ControllerGetVolumeRequest;
import io.mooring.csi.v1.ControllerGetVolumeResponse;
import io.mooring.csi.v1.ListVolumesRequest;
import io.mooring.csi.v1.ListVolumesResponse;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesRequest;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesResponse;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** ListVolumes, ControllerGetVolume, ValidateVolumeCapabilities. */
final class ListingCalls {
  private final Listing listing;

  ListingCalls(Listing listing) {
    this.listing = requireNonNull(listing, "listing is null");
  }

  ListVolumesResponse list(ListVolumesRequest request, Deadline deadline) {
    Page<VolumeInfo> page =
        listing.page(request.getMaxEntries(), request.getStartingToken(), deadline);
    return ListVolumesResponse.newBuilder()
        .addAllEntries(page.entries().stream().map(ListingCalls::entry).toList())
        .setNextToken(page.nextToken())
        .build();
  }

  private static ListVolumesResponse.Entry entry(VolumeInfo volume) {
    return ListVolumesResponse.Entry.newBuilder()
        .setVolume(Messages.volume(volume))
        .setStatus(
            ListVolumesResponse.VolumeStatus.newBuilder()
                .addAllPublishedNodeIds(Messages.publishedTo(volume)))
        .build();
  }

  ControllerGetVolumeResponse get(ControllerGetVolumeRequest request, Deadline deadline) {
    VolumeInfo volume =
        listing.get(Messages.required("volume_id", request.getVolumeId()), deadline);
    return ControllerGetVolumeResponse.newBuilder()
        .setVolume(Messages.volume(volume))
        .setStatus(
            ControllerGetVolumeResponse.VolumeStatus.newBuilder()
                .addAllPublishedNodeIds(Messages.publishedTo(volume)))
        .build();
  }

  ValidateVolumeCapabilitiesResponse validate(
      ValidateVolumeCapabilitiesRequest request, Deadline deadline) {
    String volumeId = Messages.required("volume_id", request.getVolumeId());
    if (request.getVolumeCapabilitiesCount() == 0) {
      throw Failure.invalidArgument("volume_capabilities is missing; say what is to be checked");
    }
    Optional<String> objection =
        listing.objection(
            volumeId,
            request.getVolumeContextMap(),
            Messages.capabilities(request.getVolumeCapabilitiesList()),
            Parameters.parse(request.getParametersMap()).with(request.getMutableParamsMap()),
            deadline);
    ValidateVolumeCapabilitiesResponse.Builder answer =
        ValidateVolumeCapabilitiesResponse.newBuilder();
    objection.ifPresentOrElse(answer::setMessage, () -> answer.setConfirmed(confirmation(request)));
    return answer.build();
  }

  private static ValidateVolumeCapabilitiesResponse.Confirmed confirmation(
      ValidateVolumeCapabilitiesRequest request) {
    return ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
        .putAllVolumeContext(request.getVolumeContextMap())
        .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
        .putAllParameters(request.getParametersMap())
        .putAllMutableParams(request.getMutableParamsMap())
        .build();
  }
}
