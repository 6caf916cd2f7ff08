package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;

/** What a volume can be a copy of. */
final class Sources {
  private final Records records;
  private final SnapshotRecords snapshots;
  private final Copies copies;

  Sources(Records records, SnapshotRecords snapshots, Copies copies) {
    this.records = requireNonNull(records, "records is null");
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.copies = requireNonNull(copies, "copies is null");
  }

  /** One of them as far as a copy needs to know it. */
  private record Found(String label, String pool, long sizeBytes) {}

  /**
   * The size that a copy has at least.
   *
   * @param pool in which the copy shall be
   * @throws Failure NOT_FOUND without such a source; INVALID_ARGUMENT when it is in another pool;
   *     ABORTED while it is not whole itself
   */
  long sizeBytes(String cluster, String pool, Source source) {
    Found found = find(cluster, source);
    if (!found.pool().equals(pool)) {
      throw Failure.invalidArgument(
          "%s is in pool %s, and a copy can only be in the same pool, not in %s"
              .formatted(found.label(), found.pool(), pool));
    }
    return found.sizeBytes();
  }

  private Found find(String cluster, Source source) {
    return switch (source.kind()) {
      case SNAPSHOT -> {
        SnapshotRecord found = snapshots.require(cluster, source.serial());
        requireReady(found);
        yield new Found(found.label(), found.pool(), found.sizeBytes());
      }
      case VOLUME -> {
        VolumeRecord found = records.require(cluster, source.serial());
        yield new Found(found.label(), found.pool(), found.sizeBytes());
      }
    };
  }

  private void requireReady(SnapshotRecord snapshot) {
    if (!snapshot.isReady()) {
      throw Failure.aborted(
          "%s is not ready, its volume is still being copied (%s); try again when it is"
              .formatted(snapshot.label(), copies.state(snapshot.serial())));
    }
  }
}
