package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** What a pool knows of where its snapshots hold data, without reading the data. */
public interface BlockMap {
  /**
   * Which extents are asked for.
   *
   * @param base only where the snapshot differs from this one, of the same volume; empty for all
   *     that it holds
   * @param from nothing before that byte
   */
  record Query(SnapshotRecord snapshot, Optional<SnapshotRecord> base, long from) {
    public Query {
      requireNonNull(snapshot, "snapshot is null");
      requireNonNull(base, "base is null");
    }
  }

  /** Who gets them. */
  interface Sink {
    /** The next one; may wait, and may throw to end it all. */
    void take(Extent extent);

    /** Asked while there is none; throws when nobody wants them any more. */
    void requireWanted();
  }

  /**
   * Gives the extents in ascending order; none touches another, and none goes beyond the snapshot's
   * size. They come in units of the pool: what they hold may be equal all the same.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when the pool's offsets are not
   *     those of whoever reads the volume; UNAVAILABLE when somebody else is at its metadata
   */
  void read(Query query, Sink sink, Deadline deadline);
}
