package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.time.Deadline;

/**
 * Limits of volumes changed, also while nodes use them. The host only keeps them, and counts the
 * changes.
 */
public final class Modification {
  private final Records records;
  private final Pools pools;
  private final KeyedLocks locks;

  /**
   * What is asked for.
   *
   * @param limits that the volume has afterwards; their revision does not count
   */
  public record Order(String cluster, Serial serial, VolumeLimits limits) {}

  public Modification(Records records, Pools pools, KeyedLocks locks) {
    this.records = requireNonNull(records, "records is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /** Gives the volume these limits where it has others; returns it as it is then. */
  public VolumeRecord modify(Order order, Deadline deadline) {
    return locks.hold(order.serial().digits(), deadline, () -> modifyHeld(order, deadline));
  }

  private VolumeRecord modifyHeld(Order order, Deadline deadline) {
    VolumeRecord before = records.require(order.cluster(), order.serial());
    VolumeRecord after = before.with(order.limits().after(before.limits()));
    if (!after.equals(before)) {
      pools.of(before).save(before, after, deadline);
      FailPoints.pass("agent.modify.after-record");
      records.put(after);
    }
    return after;
  }
}
