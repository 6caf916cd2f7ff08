package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lets so many work at a time, in the order in which they came. */
final class Turns {
  private final Semaphore free;
  private final String others;

  /**
   * @param others what the others do, as the beginning of a sentence for who waits in vain
   */
  Turns(int atATime, String others) {
    this.free = new Semaphore(atATime, true);
    this.others = requireNonNull(others, "others is null");
  }

  /**
   * Does it when it is its turn.
   *
   * @param latest when its turn must have come
   * @throws Failure DEADLINE_EXCEEDED when its turn does not come; nothing is done then
   */
  <T> T run(Deadline latest, Supplier<T> work) {
    acquire(latest);
    try {
      return work.get();
    } finally {
      free.release();
    }
  }

  /**
   * Does it when it is its turn, with all the time that it may take however long it has waited:
   * what begins with too little cannot end.
   *
   * @param whole for the wait and the work together
   * @param working what the work may take of it
   * @param work is given its own deadline
   * @throws Failure DEADLINE_EXCEEDED when its turn comes too late for that; nothing is done then
   */
  <T> T run(Deadline whole, Duration working, Function<Deadline, T> work) {
    return run(whole.leaving(working), () -> work.apply(whole.atMost(working)));
  }

  /** About how many wait for their turn. */
  int waiting() {
    return free.getQueueLength();
  }

  private void acquire(Deadline latest) {
    if (!latest.grants(free::tryAcquire)) {
      throw Failure.deadlineExceeded(others + "; try again");
    }
  }
}
