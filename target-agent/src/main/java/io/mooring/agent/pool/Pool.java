package io.mooring.agent.pool;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;

/**
 * A place for volumes, and the only record of what they are. Every call may be repeated after a
 * crash in the middle of it. A caller never runs two calls on one volume at a time.
 */
public interface Pool {
  /** What holds the volumes. */
  enum Backend {
    THIN,
    FILE
  }

  String name();

  Backend backend();

  /**
   * What tells this pool from another one that some day appears under its name: a volume group's
   * uuid, a mark in a directory.
   *
   * @throws io.mooring.runtime.failure.Failure when the pool is not there
   */
  String identity(Deadline deadline);

  /** All volumes of ours, half-made ones too. */
  PoolScan scan(Deadline deadline);

  /** What there is and what there is room for. */
  PoolStatus status(Deadline deadline);

  /**
   * Why its volumes cannot take what is written to them now; empty while they can.
   *
   * @throws io.mooring.runtime.failure.Failure when the pool is not there
   */
  Optional<String> overflow(Deadline deadline);

  /** The size that a volume of at least so many bytes really gets. */
  long roundUp(long bytes, Deadline deadline);

  /**
   * Makes the volume with its record, or completes one that was half made. The record is in state
   * CREATING before. A volume with a source begins with what that holds, and nobody removes the
   * source meanwhile.
   *
   * @return the record as it is then: READY, or COPYING where the source has to be copied byte by
   *     byte, see {@link #copying}
   * @throws io.mooring.runtime.failure.Failure RESOURCE_EXHAUSTED when there is no room;
   *     FAILED_PRECONDITION when the source is a volume that could be written while it is copied
   */
  VolumeRecord create(VolumeRecord volume, Deadline deadline);

  /**
   * Makes the volume larger, or finishes what an earlier call began. Whoever has its device open
   * finds it larger.
   *
   * @param sizeBytes at least the volume's size; whole units, see {@link #roundUp}
   * @return the size that it has now, which may be more
   * @throws io.mooring.runtime.failure.Failure OUT_OF_RANGE or RESOURCE_EXHAUSTED when there is no
   *     room
   */
  long grow(VolumeRecord volume, long sizeBytes, Deadline deadline);

  /**
   * Makes a snapshot of a volume with its record, in one step, while whoever uses the volume goes
   * on: what was answered before the call is in it.
   *
   * @return the record as it is then: READY, or COPYING where the volume has to be copied byte by
   *     byte, see {@link #copying}
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when the volume could be written
   *     while it is copied; RESOURCE_EXHAUSTED when there is no room
   */
  SnapshotRecord snapshot(SnapshotRecord snapshot, Deadline deadline);

  /** What goes on with copies that are COPYING; empty for a pool that never has any. */
  default Optional<Copying> copying() {
    return Optional.empty();
  }

  /**
   * What makes snapshots of several volumes of this pool at one moment.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when this pool cannot do that
   */
  GroupPool groups();

  /**
   * Where its snapshots hold data.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when this pool does not know
   */
  BlockMap blocks();

  /**
   * Lets volumes go on that stand still because something was killed in the middle, and lets go of
   * what else it held.
   *
   * @return one sentence for each thing that cannot be
   */
  List<String> resumeLeft();

  /** Removes the snapshot and its record, and proves it. What was made from it stays. */
  void removeSnapshot(SnapshotRecord snapshot, Deadline deadline);

  /** Replaces the volume's record; only its publications or its limits differ. */
  void save(VolumeRecord before, VolumeRecord after, Deadline deadline);

  /** Removes the volume and its record, and proves it. No backstore may hold its device. */
  void remove(VolumeRecord volume, Deadline deadline);

  /**
   * The device that holds the volume's bytes, brought up where it is down.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when it is lost, or not what the
   *     record says
   */
  BlockDevice device(VolumeRecord volume, Deadline deadline);

  /**
   * Whether something was written to the volume at some time, also by a copy: it occupies space.
   * False says nothing: what was written may be gone again.
   *
   * @throws io.mooring.runtime.failure.Failure when that cannot be seen
   */
  boolean holdsData(VolumeRecord volume, Deadline deadline);

  /** Lets go of what {@link #device} brought up and nothing needs while it is not published. */
  void release(VolumeRecord volume, Deadline deadline);
}
