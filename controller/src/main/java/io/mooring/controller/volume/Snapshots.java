package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/** Makes and deletes snapshots, which live beside their volumes. */
public final class Snapshots {
  private static final Duration LIMIT = Duration.ofSeconds(100);

  private final Fleet fleet;
  private final Operations operations;
  private final NameElsewhere names;

  public Snapshots(Fleet fleet, Operations operations) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.operations = requireNonNull(operations, "operations is null");
    names = new NameElsewhere(fleet);
  }

  /**
   * Makes the snapshot, or returns the one of that name. Where its host has to copy it, it is not
   * ready yet and becomes so without a further call.
   *
   * @throws Failure NOT_FOUND without such a volume; ALREADY_EXISTS when the one of that name is of
   *     another volume, as far as {@link NameElsewhere} can tell; FAILED_PRECONDITION when its pool
   *     cannot make snapshots; RESOURCE_EXHAUSTED without room
   */
  public SnapshotInfo create(String name, String volumeId, Deadline caller) {
    VolumeId volume = Volumes.parse(volumeId);
    return operations.run(
        "snapshot \"" + name + "\"",
        "CreateSnapshot",
        volume,
        LIMIT,
        caller,
        deadline -> create(name, volume, deadline));
  }

  private SnapshotInfo create(String name, VolumeId volume, Deadline deadline) {
    StorageTarget target = Volumes.target(fleet, volume);
    names.requireFree(
        target,
        "snapshot \"" + name + "\"",
        (agent, quick) -> agent.snapshotWithName(name, quick),
        deadline);
    StoredSnapshot snapshot = fleet.agent(target).createSnapshot(name, volume.serial(), deadline);
    FailPoints.pass("controller.snapshot.after-agent");
    if (!snapshot.name().equals(name) || !snapshot.volumeSerial().equals(volume.serial())) {
      throw Failure.internal(
          "storage target %s was asked for snapshot \"%s\" of %s and answered with \"%s\" of %s; look at its agent's log"
              .formatted(target.name(), name, volume, snapshot.name(), snapshot.volumeSerial()));
    }
    return SnapshotInfo.of(target, snapshot);
  }

  /**
   * Deletes the snapshot; nothing happens for an id that no snapshot can have or has. What was made
   * from it stays.
   *
   * @throws Failure FAILED_PRECONDITION when its storage target is not configured
   */
  public void delete(String snapshotId, Deadline caller) {
    SnapshotId.parse(snapshotId)
        .ifPresent(id ->
            operations.run(
                "snapshot " + id,
                "DeleteSnapshot",
                id,
                LIMIT,
                caller,
                deadline -> {
                  Volumes.agentOrRefuse(fleet, id.target(), "snapshot " + id)
                      .deleteSnapshot(id.serial(), deadline);
                  return id;
                }));
  }
}
