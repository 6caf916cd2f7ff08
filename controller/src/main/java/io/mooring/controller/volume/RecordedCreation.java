package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.controller.volume.Placement.Spot;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * With records. The place is written down before anything is made, so a retry, by whichever
 * controller, asks one target only:
 *
 * <ol>
 *   <li>There is a record: its target is asked for the name. Found: that is the volume. Not found:
 *       it is made there, or, where it cannot be made there, placed anew by changing the record.
 *   <li>There is none: the targets that answer are asked for a volume from before there were
 *       records, which is then recorded. Otherwise the volume is placed, recorded, made.
 *   <li>The record is completed before the caller is answered.
 * </ol>
 *
 * <p>Whenever the record turns out to have changed under the call, it starts over.
 */
final class RecordedCreation implements Creation {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedCreation.class);
  private static final int ATTEMPTS = 5;

  private final Placements placements;
  private final Fleet fleet;
  private final Lookup lookup;
  private final Pools pools;
  private final Making making;

  RecordedCreation(Placements placements, Fleet fleet, Lookup lookup, Pools pools, Making making) {
    this.placements = requireNonNull(placements, "placements is null");
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.lookup = requireNonNull(lookup, "lookup is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.making = requireNonNull(making, "making is null");
  }

  @Override
  public VolumeInfo findOrMake(VolumeRequest request, SizeRange size, Deadline deadline) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<VolumeInfo> volume = new Attempt(request, size, deadline).run();
      if (volume.isPresent()) {
        return volume.get();
      }
      LOG.info(
          "volume \"{}\": its record has changed under the call, starting over", request.name());
    }
    throw Failure.aborted(
        "volume \"%s\": its record is being changed by somebody else all the time; try again"
            .formatted(request.name()));
  }

  /** One go; every method answers with nothing when the record has changed under it. */
  private final class Attempt {
    private final VolumeRequest request;
    private final SizeRange size;
    private final Deadline deadline;
    private final Set<Spot> tried = new HashSet<>();

    Attempt(VolumeRequest request, SizeRange size, Deadline deadline) {
      this.request = request;
      this.size = size;
      this.deadline = deadline;
    }

    Optional<VolumeInfo> run() {
      Optional<Placed> placed = placements.find(request.name());
      if (placed.isPresent()) {
        return resume(placed.get());
      }
      Optional<Lookup.Found> old = lookup.whereAnswered(request.name(), deadline);
      if (old.isPresent()) {
        return adopt(old.get());
      }
      FailPoints.pass("controller.create.after-lookup");
      Place place = pools.choose(request, size, tried, deadline);
      Optional<Placed> mine =
          placements.record(
              request.name(), place.target().name(), place.pool().name(), size.requiredBytes());
      FailPoints.pass("controller.create.after-record");
      return mine.flatMap(record -> make(record, place.target()));
    }

    private Optional<VolumeInfo> adopt(Lookup.Found old) {
      VolumeInfo volume = Making.compatible(request, old);
      return placements
          .record(
              request.name(), old.target().name(), old.volume().pool(), old.volume().sizeBytes())
          .filter(record -> placements.created(record, old.volume()))
          .map(_ -> volume);
    }

    private Optional<VolumeInfo> resume(Placed placed) {
      Optional<StorageTarget> target = fleet.target(placed.target());
      if (target.isEmpty()) {
        return afterTargetsRemoval(placed);
      }
      Optional<StoredVolume> volume = lookup.on(target.get(), request.name(), deadline);
      if (volume.isPresent()) {
        VolumeInfo answer =
            Making.compatible(request, new Lookup.Found(target.get(), volume.get()));
        return placements.created(placed, volume.get()) ? Optional.of(answer) : Optional.empty();
      }
      // The request may have changed since, for example because the pod goes to another node.
      boolean stillAllowed =
          request.parameters().allow(placed.target(), placed.pool())
              && target.get().share().usesPool(placed.pool())
              && request.fabrics().admit(target.get());
      return stillAllowed ? make(placed, target.get()) : elsewhere(placed);
    }

    private Optional<VolumeInfo> afterTargetsRemoval(Placed placed) {
      if (placed.serial().isPresent()) {
        throw Failure.failedPrecondition(
            "volume \"%s\" was made on storage target %s, which is not configured; add it again, or delete the volume's record if its data is not needed"
                .formatted(request.name(), placed.target()));
      }
      return moveTo(placed, pools.choose(request, size, tried, deadline));
    }

    private Optional<VolumeInfo> make(Placed placed, StorageTarget target) {
      StoredVolume volume;
      try {
        volume = making.make(request, target, placed.pool(), size, deadline);
      } catch (Failure e) {
        return switch (e.kind()) {
          case RESOURCE_EXHAUSTED, OUT_OF_RANGE, NOT_FOUND -> {
            if (request.origin().isPresent()) {
              // A copy has no other place. Nothing exists under the name.
              placements.withdraw(placed);
              throw e;
            }
            LOG.info("volume \"{}\" is placed anew: {}", request.name(), e.sentence());
            yield elsewhere(placed);
          }
          case INVALID_ARGUMENT,
              ALREADY_EXISTS,
              FAILED_PRECONDITION,
              ABORTED,
              UNIMPLEMENTED,
              INTERNAL,
              UNAVAILABLE,
              DEADLINE_EXCEEDED,
              PERMISSION_DENIED ->
              throw e;
        };
      }
      FailPoints.pass("controller.create.after-create");
      if (!placements.created(placed, volume)) {
        LOG.warn(
            "volume \"{}\": storage target {} has made serial {}, but its record has changed;"
                + " delete that volume on its host if the record names another one",
            request.name(),
            target.name(),
            volume.serial());
        return Optional.empty();
      }
      FailPoints.pass("controller.create.after-status");
      return Optional.of(VolumeInfo.of(target, volume));
    }

    /** The recorded target has said that it has no such volume, and cannot or may not make it. */
    private Optional<VolumeInfo> elsewhere(Placed placed) {
      tried.add(new Spot(placed.target(), placed.pool()));
      Place place;
      try {
        place = pools.choose(request, size, tried, deadline);
      } catch (Failure e) {
        // Nothing exists under the name: no record shall stay behind when nobody asks again.
        placements.withdraw(placed);
        throw e;
      }
      return moveTo(placed, place);
    }

    private Optional<VolumeInfo> moveTo(Placed placed, Place place) {
      Optional<Placed> moved =
          placements.replace(
              placed, place.target().name(), place.pool().name(), size.requiredBytes());
      FailPoints.pass("controller.create.after-replace");
      return moved.flatMap(record -> make(record, place.target()));
    }
  }
}
