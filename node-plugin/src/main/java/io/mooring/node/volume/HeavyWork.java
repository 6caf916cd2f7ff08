package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

/** What may read and write a lot, or take much memory: a few of it at a time. */
final class HeavyWork {
  private static final int AT_A_TIME = 2;

  private final PhaseTimes times;
  private final Turns turns =
      new Turns(AT_A_TIME, "other volumes are being formatted, checked or opened");

  HeavyWork(PhaseTimes times) {
    this.times = requireNonNull(times, "times is null");
  }

  /**
   * Does it when it is its turn.
   *
   * @param phase what its time is counted as; the wait is not
   * @throws Failure DEADLINE_EXCEEDED when its turn does not come
   */
  void run(String phase, Deadline deadline, Runnable work) {
    turns.run(
        deadline,
        () -> {
          times.timed(phase, work);
          return true;
        });
  }
}
