package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.time.Deadline;

/**
 * Volumes made larger, also while nodes use them: the kernel's target tells whoever asks how large
 * the device is now. What a crash or a failure left half done, the next call finishes.
 */
public final class Growth {
  private final Records records;
  private final Pools pools;
  private final KeyedLocks locks;

  /**
   * What is asked for.
   *
   * @param size that the volume has afterwards
   */
  public record Order(String cluster, Serial serial, SizeRange size) {}

  public Growth(Records records, Pools pools, KeyedLocks locks) {
    this.records = requireNonNull(records, "records is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /** Grows the volume where it is smaller than required; returns it as it is then. */
  public VolumeRecord grow(Order order, Deadline deadline) {
    return locks.hold(order.serial().digits(), deadline, () -> growHeld(order, deadline));
  }

  private VolumeRecord growHeld(Order order, Deadline deadline) {
    VolumeRecord volume = records.require(order.cluster(), order.serial());
    Pool pool = pools.of(volume);
    long wanted =
        Math.max(volume.sizeBytes(), pool.roundUp(order.size().requiredBytes(), deadline));
    VolumeRecord grown =
        volume.withSize(pool.grow(volume, order.size().within(pool.name(), wanted), deadline));
    records.put(grown);
    return grown;
  }
}
