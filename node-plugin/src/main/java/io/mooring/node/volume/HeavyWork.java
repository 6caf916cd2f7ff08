package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What may read and write a lot, or take much memory: a few of it at a time. */
final class HeavyWork {
  private static final int AT_A_TIME = 2;

  private final PhaseTimes times;
  private final Semaphore free = new Semaphore(AT_A_TIME, true);

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
    acquire(deadline);
    try {
      times.timed(phase, work);
    } finally {
      free.release();
    }
  }

  private void acquire(Deadline deadline) {
    try {
      if (!free.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Failure.deadlineExceeded(
            "other volumes are being formatted, checked or opened; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }
}
