package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes volumes larger on their storage hosts, also while nodes use them. A node sees the new size
 * when it is told to look, by NodeExpandVolume.
 */
public final class Expansion {
  private static final Duration LIMIT = Duration.ofSeconds(100);

  private final Fleet fleet;
  private final Operations operations;
  private final Recording recording;

  /**
   * @param placements where sizes are recorded, too, for people to read
   */
  public Expansion(Fleet fleet, Operations operations, Optional<Placements> placements) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.operations = requireNonNull(operations, "operations is null");
    this.recording = new Recording(placements);
  }

  /**
   * Makes the volume at least as large as required; one that is that large stays as it is.
   *
   * @return its size in bytes
   * @throws Failure INVALID_ARGUMENT where no size is given; NOT_FOUND without such a volume;
   *     OUT_OF_RANGE when it can never be that large, or is larger than the limit;
   *     RESOURCE_EXHAUSTED when its pool has no room now
   */
  public long expand(String volumeId, SizeRange size, Deadline caller) {
    VolumeId id = Volumes.parse(volumeId);
    if (size.equals(SizeRange.ANY)) {
      throw Failure.invalidArgument(
          "capacity_range is missing; say how large volume %s shall be".formatted(id));
    }
    return operations.run(
        "volume " + id,
        "ControllerExpandVolume",
        size,
        LIMIT,
        caller,
        deadline -> expand(id, size, deadline));
  }

  private long expand(VolumeId id, SizeRange size, Deadline deadline) {
    StoredVolume volume =
        Volumes.agent(fleet, id)
            .expand(id.serial(), size.requiredBytes(), size.limitBytes(), deadline);
    FailPoints.pass("controller.expand.after-agent");
    if (!volume.serial().equals(id.serial()) || !size.holds(volume.sizeBytes())) {
      throw Failure.internal(
          "storage target %s was asked to expand %s to %d bytes and answered for serial %s with %d bytes; look at its agent's log"
              .formatted(
                  id.target(), id, size.requiredBytes(), volume.serial(), volume.sizeBytes()));
    }
    recording.upToDate(id, volume);
    return volume.sizeBytes();
  }
}
