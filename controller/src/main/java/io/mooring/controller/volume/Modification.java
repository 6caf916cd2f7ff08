package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * Changes what nodes may ask of volumes. The storage host keeps it with the volume; the nodes
 * enforce it.
 */
public final class Modification {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Fleet fleet;
  private final Operations operations;
  private final Recording recording;
  private final LimitsListener listener;

  /**
   * Changes volumes of that fleet.
   *
   * @param placements where limits are recorded, too: by them other replicas learn of the change
   */
  public Modification(
      Fleet fleet,
      Operations operations,
      Optional<Placements> placements,
      LimitsListener listener) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.operations = requireNonNull(operations, "operations is null");
    this.recording = new Recording(placements);
    this.listener = requireNonNull(listener, "listener is null");
  }

  /**
   * Gives the volume these limits in the place of all that it has.
   *
   * @throws Failure NOT_FOUND without such a volume; FAILED_PRECONDITION when its host is too old
   *     to keep limits
   */
  public void modify(String volumeId, VolumeLimits limits, Deadline caller) {
    VolumeId id = Volumes.parse(volumeId);
    operations.run(
        "volume " + id,
        "ControllerModifyVolume",
        limits,
        LIMIT,
        caller,
        deadline -> {
          listener.changed(change(id, limits, deadline), deadline);
          return id;
        });
  }

  private LimitsListener.Change change(VolumeId id, VolumeLimits limits, Deadline deadline) {
    StoredVolume stored = onHost(fleet, id, limits, deadline);
    FailPoints.pass("controller.modify.after-agent");
    recording.upToDate(id, stored);
    VolumeInfo volume = VolumeInfo.of(Volumes.target(fleet, id), stored);
    return new LimitsListener.Change(id, volume.limits(), volume.publishedTo());
  }

  /**
   * What its host says of the volume's limits; empty without such a volume.
   *
   * @throws Failure NOT_FOUND without such a host; UNAVAILABLE while it does not answer
   */
  public static Optional<VolumeLimits> limits(Fleet fleet, VolumeId id, Deadline deadline) {
    return Volumes.agent(fleet, id).withSerial(id.serial(), deadline).map(StoredVolume::limits);
  }

  /** The volume as it is when its host keeps these limits. */
  static StoredVolume onHost(Fleet fleet, VolumeId id, VolumeLimits limits, Deadline deadline) {
    StoredVolume volume = Volumes.agent(fleet, id).modify(id.serial(), limits, deadline);
    if (!volume.serial().equals(id.serial()) || !volume.limits().allowAsMuchAs(limits)) {
      throw Failure.internal(
          "storage target %s was asked to modify %s and answered for serial %s with %s; look at its agent's log"
              .formatted(id.target(), id, volume.serial(), volume.limits()));
    }
    return volume;
  }
}
