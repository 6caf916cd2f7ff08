package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.CopySource;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** The step that makes a volume on its host, and what makes an existing one do for a request. */
final class Making {
  private final Fleet fleet;

  Making(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * Makes the volume, or returns the one of that name.
   *
   * @throws Failure what the agent says; INTERNAL when its answer is about something else
   */
  StoredVolume make(
      VolumeRequest request, StorageTarget target, String pool, SizeRange size, Deadline deadline) {
    String name = request.name();
    Optional<CopySource> source = request.origin().map(Origin::source);
    StoredVolume volume =
        fleet
            .agent(target)
            .create(
                name,
                pool,
                size.requiredBytes(),
                size.limitBytes(),
                source,
                request.parameters().limits(),
                deadline);
    if (!volume.name().equals(name)
        || !volume.pool().equals(pool)
        || !size.holds(volume.sizeBytes())) {
      throw Failure.internal(
          "storage target %s was asked for volume \"%s\" in pool %s and answered with \"%s\" in pool %s, %d bytes; look at its agent's log"
              .formatted(
                  target.name(), name, pool, volume.name(), volume.pool(), volume.sizeBytes()));
    }
    if (!volume.source().equals(source)) {
      throw notACopy(volume, target, request, deadline);
    }
    return volume;
  }

  /** An empty volume must never be taken for the copy that was asked for. */
  private Failure notACopy(
      StoredVolume volume, StorageTarget target, VolumeRequest request, Deadline deadline) {
    if (volume.source().isEmpty() && volume.publications().isEmpty()) {
      fleet.agent(target).delete(volume.serial(), deadline);
    }
    return Failure.failedPrecondition(
        "storage target %s was asked for a copy of %s and has made another volume; update its agent"
            .formatted(target.name(), request.origin().map(Origin::toString).orElse("nothing")));
  }

  /**
   * A volume that was there before, as the answer to a request.
   *
   * @throws Failure ALREADY_EXISTS when it is not what is asked for
   */
  static VolumeInfo compatible(VolumeRequest request, Lookup.Found found) {
    StoredVolume volume = found.volume();
    String target = found.target().name();
    String what = "volume \"%s\" exists".formatted(request.name());
    if (!request.size().holds(volume.sizeBytes())) {
      throw Failure.alreadyExists(
          "%s with %d bytes, not with the size asked for now; use another name"
              .formatted(what, volume.sizeBytes()));
    }
    Optional<Origin> origin = VolumeInfo.of(found.target(), volume).origin();
    if (!origin.equals(request.origin())) {
      throw Failure.alreadyExists(
          "%s and is %s, which is not what is asked for now; use another name"
              .formatted(what, origin.map(one -> "a copy of " + one).orElse("no copy")));
    }
    if (!request.parameters().allow(target, volume.pool())) {
      throw Failure.alreadyExists(
          "%s in pool %s/%s, which the parameters of this request exclude; use another name"
              .formatted(what, target, volume.pool()));
    }
    if (!request.fabrics().admit(found.target())) {
      throw Failure.alreadyExists(
          "%s on storage target %s, which serves the fabrics %s and not %s; use another name"
              .formatted(
                  what, target, found.target().share().fabrics(), request.fabrics().required()));
    }
    for (Capability capability : request.capabilities()) {
      capability
          .objection(volume.sizeBytes())
          .ifPresent(reason -> {
            throw Failure.alreadyExists("%s, but %s; use another name".formatted(what, reason));
          });
    }
    return VolumeInfo.of(found.target(), volume);
  }
}
