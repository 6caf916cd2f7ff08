package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.failure.Failure;
import java.util.Optional;

/** Brings the records of volumes up to date that have changed on their hosts. */
final class Recording {
  private final Optional<Placements> placements;

  /**
   * @param placements empty where nothing is recorded
   */
  Recording(Optional<Placements> placements) {
    this.placements = requireNonNull(placements, "placements is null");
  }

  /**
   * Records the volume as it is now. One without a record stays without: somebody else made it.
   *
   * @throws Failure ABORTED when the record changes at the same time; UNAVAILABLE when it cannot be
   *     written
   */
  void upToDate(VolumeId id, StoredVolume volume) {
    placements.ifPresent(records -> record(records, id, volume));
  }

  private static void record(Placements records, VolumeId id, StoredVolume volume) {
    Optional<Placed> placed =
        records
            .find(volume.name())
            .filter(record -> record.target().equals(id.target()))
            .filter(record -> record.serial().equals(Optional.of(id.serial())));
    if (placed.isPresent() && !records.created(placed.get(), volume)) {
      throw Failure.aborted(
          "volume %s has changed on its host, but its record was changed by somebody else meanwhile; try again"
              .formatted(id));
    }
  }
}
