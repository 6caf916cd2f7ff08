package io.mooring.agent.pool;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.time.Deadline;

/**
 * Copies byte by byte what a pool cannot copy at once, a bounded piece per call. Nobody writes or
 * removes the source of a copy that is COPYING. A copy that was begun by an agent that died is
 * begun again: what a child of that agent may still write goes into a file that nobody uses.
 */
public interface Copying {
  /**
   * Copies the next piece of the volume. With the last one its record becomes READY.
   *
   * @throws io.mooring.runtime.failure.Failure when that piece could not be copied; the next call
   *     tries again. RESOURCE_EXHAUSTED while the pool is too full
   */
  Piece copy(VolumeRecord volume, Deadline deadline);

  /** The same for a snapshot. */
  Piece copy(SnapshotRecord snapshot, Deadline deadline);
}
