package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredSnapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * A snapshot as a CSI client is told of it.
 *
 * @param volume of which it is one; it may be gone by now
 * @param sizeBytes what a volume made from it has at least
 * @param group with which alone it can be deleted; empty for none
 * @param ready whether something can be made from it
 */
public record SnapshotInfo(
    SnapshotId id,
    VolumeId volume,
    long sizeBytes,
    Instant createdAt,
    Optional<GroupId> group,
    boolean ready) {
  public SnapshotInfo {
    requireNonNull(id, "id is null");
    requireNonNull(volume, "volume is null");
    requireNonNull(createdAt, "createdAt is null");
    requireNonNull(group, "group is null");
  }

  /** A snapshot of that target. */
  static SnapshotInfo of(StorageTarget target, StoredSnapshot snapshot) {
    return new SnapshotInfo(
        new SnapshotId(target.name(), snapshot.serial()),
        new VolumeId(target.name(), snapshot.volumeSerial()),
        snapshot.sizeBytes(),
        snapshot.createdAt(),
        snapshot.groupSerial().map(serial -> new GroupId(target.name(), serial)),
        snapshot.ready());
  }
}
