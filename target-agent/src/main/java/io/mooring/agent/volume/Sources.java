package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.runtime.failure.Failure;

/** What a volume can be a copy of. */
final class Sources {
  private final Records records;
  private final SnapshotRecords snapshots;

  Sources(Records records, SnapshotRecords snapshots) {
    this.records = requireNonNull(records, "records is null");
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
  }

  /** One of them as far as a copy needs to know it. */
  private record Found(String label, String pool, long sizeBytes) {}

  /**
   * The size that a copy has at least.
   *
   * @param pool in which the copy shall be
   * @throws Failure NOT_FOUND without such a source; INVALID_ARGUMENT when it is in another pool
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
      case SNAPSHOT ->
          snapshots
              .find(cluster, source.serial())
              .map(found -> new Found(found.label(), found.pool(), found.sizeBytes()))
              .orElseThrow(() -> missing("snapshot", source));
      case VOLUME ->
          records
              .find(cluster, source.serial())
              .filter(volume -> volume.state() == State.READY)
              .map(Sources::found)
              .orElseThrow(() -> missing("volume", source));
    };
  }

  private static Found found(VolumeRecord volume) {
    return new Found(volume.label(), volume.pool(), volume.sizeBytes());
  }

  private Failure missing(String what, Source source) {
    records.requireComplete();
    return Failure.notFound(
        "this host has no %s %s of this cluster".formatted(what, source.serial()));
  }
}
