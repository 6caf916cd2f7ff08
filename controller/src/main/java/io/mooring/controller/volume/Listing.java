package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads volumes. */
public final class Listing {
  private final Fleet fleet;

  public Listing(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * The volumes of all targets.
   *
   * @param maxEntries 0 for no limit
   * @param startingToken empty for the first page
   * @throws Failure ABORTED for a token that is none of ours; UNAVAILABLE when a target does not
   *     answer: a list that is silently short would tell the caller that volumes are gone
   */
  public Page<VolumeInfo> page(int maxEntries, String startingToken, Deadline deadline) {
    return PageRequest.of(maxEntries, startingToken, VolumeId::parse)
        .read(
            fleet,
            _ -> true,
            VolumeInfo::id,
            (target, most, after) ->
                fleet
                    .agent(target)
                    .list(most, after, deadline)
                    .map(volume -> VolumeInfo.of(target, volume)));
  }

  /**
   * One volume.
   *
   * @throws Failure NOT_FOUND where there is none
   */
  public VolumeInfo get(String volumeId, Deadline deadline) {
    VolumeId id = Volumes.parse(volumeId);
    return VolumeInfo.of(Volumes.target(fleet, id), Volumes.get(fleet, id, deadline));
  }

  /**
   * Why the volume cannot be used so, in one sentence; empty where it can.
   *
   * @param context what the caller believes of the volume; may be empty
   * @throws Failure NOT_FOUND without such a volume
   */
  public Optional<String> objection(
      String volumeId,
      Map<String, String> context,
      List<Capability> capabilities,
      Parameters parameters,
      Deadline deadline) {
    VolumeInfo volume = get(volumeId, deadline);
    for (Map.Entry<String, String> own : volume.context().entrySet()) {
      // The caller may have added keys of its own, as Kubernetes' provisioner does.
      if (!context.getOrDefault(own.getKey(), own.getValue()).equals(own.getValue())) {
        return Optional.of(
            "volume %s has %s \"%s\", which the volume context contradicts"
                .formatted(volume.id(), own.getKey(), own.getValue()));
      }
    }
    if (!parameters.allow(volume.id().target(), volume.context().getOrDefault("pool", ""))) {
      return Optional.of(
          "volume %s is in pool %s, which the parameters exclude"
              .formatted(volume.id(), volume.context().get("pool")));
    }
    return capabilities.stream()
        .flatMap(capability -> capability.objection(volume.sizeBytes()).stream())
        .findFirst();
  }
}
