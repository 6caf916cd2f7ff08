package io.mooring.agent.pool;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.time.Deadline;
import java.util.List;

/**
 * What a pool does with snapshots that are made together. The members of a group are made and
 * removed as a whole: after a crash in the middle of either none of them says that it is finished,
 * or all are there. A caller never runs two calls on one group at a time.
 */
public interface GroupPool {
  /**
   * Makes snapshots of several volumes, unfinished ones, at one moment: what was answered before
   * the call is in them, and of what is written meanwhile each has what came before that moment.
   * The volumes wait for seconds at most.
   *
   * @param members one per volume
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when there are too many;
   *     RESOURCE_EXHAUSTED when there is no room; UNAVAILABLE when it took too long. Some may have
   *     been made then
   */
  void makeTogether(List<SnapshotRecord> members, Deadline deadline);

  /** Records that all members are made. */
  void finish(List<SnapshotRecord> members, Deadline deadline);

  /** Removes the members, however many there are of them, and proves it. */
  void removeTogether(List<SnapshotRecord> members, Deadline deadline);
}
