package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredGroup;
import java.time.Instant;
import java.util.List;

/**
 * A group snapshot as a CSI client is told of it.
 *
 * @param snapshots one per volume
 */
public record GroupInfo(GroupId id, List<SnapshotInfo> snapshots, Instant createdAt) {
  public GroupInfo {
    requireNonNull(id, "id is null");
    snapshots = List.copyOf(snapshots);
    requireNonNull(createdAt, "createdAt is null");
  }

  /** A group of that target. */
  static GroupInfo of(StorageTarget target, StoredGroup group) {
    return new GroupInfo(
        new GroupId(target.name(), group.serial()),
        group.snapshots().stream().map(one -> SnapshotInfo.of(target, one)).toList(),
        group.createdAt());
  }
}
