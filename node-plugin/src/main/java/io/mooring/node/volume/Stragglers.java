package io.mooring.node.volume;

import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Attempts at a path that still handle devices of a volume after their stage has answered. Whoever
 * takes the volume up next waits for them: they are bounded and stop at their next step.
 */
final class Stragglers {
  private static final Poll POLL = new Poll(Duration.ofMillis(10), Duration.ofMillis(100));

  private final ConcurrentHashMap<VolumeId, Integer> handling = new ConcurrentHashMap<>();

  void enter(VolumeId volume) {
    handling.merge(volume, 1, Integer::sum);
  }

  void leave(VolumeId volume) {
    handling.computeIfPresent(volume, (id, count) -> count == 1 ? null : count - 1);
  }

  boolean none(VolumeId volume) {
    return !handling.containsKey(volume);
  }

  /** Fails with DEADLINE_EXCEEDED when they do not end. */
  void awaitNone(VolumeId volume, Deadline deadline) {
    if (!POLL.until(deadline, () -> none(volume))) {
      deadline.check(
          volume + ": an attempt at one of its paths still hangs in the kernel; try again");
    }
  }
}
