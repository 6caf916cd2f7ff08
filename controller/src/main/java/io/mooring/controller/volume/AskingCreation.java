package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.Set;

/**
 * Without records of its own the controller trusts three things: every target is asked before
 * anything is made; inside one process a second call of the same name joins the first; between
 * processes the provisioner's leader election lets one of them create at a time. A create that a
 * dead controller left running on a host is seen as ABORTED by the question after the name, so the
 * retry waits for it instead of placing the volume anew.
 */
final class AskingCreation implements Creation {
  private final Lookup lookup;
  private final Pools pools;
  private final Making making;

  AskingCreation(Lookup lookup, Pools pools, Making making) {
    this.lookup = requireNonNull(lookup, "lookup is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.making = requireNonNull(making, "making is null");
  }

  @Override
  public VolumeInfo findOrMake(VolumeRequest request, SizeRange size, Deadline deadline) {
    Optional<Lookup.Found> found = lookup.everywhere(request.name(), deadline);
    if (found.isPresent()) {
      return Making.compatible(request, found.get());
    }
    FailPoints.pass("controller.create.after-lookup");
    Place place = pools.choose(request, size, Set.of(), deadline);
    StoredVolume volume = make(request, place.target(), place.pool().name(), size, deadline);
    FailPoints.pass("controller.create.after-create");
    return VolumeInfo.of(place.target(), volume);
  }

  private StoredVolume make(
      VolumeRequest request, StorageTarget target, String pool, SizeRange size, Deadline deadline) {
    try {
      return making.make(request, target, pool, size, deadline);
    } catch (Failure e) {
      if (e.kind() == Kind.NOT_FOUND && request.origin().isEmpty()) {
        // To a CSI client NOT_FOUND would mean a missing source of the volume's content.
        throw new Failure(Kind.ABORTED, e.sentence() + "; it was there a moment ago, try again", e);
      }
      throw e;
    }
  }
}
