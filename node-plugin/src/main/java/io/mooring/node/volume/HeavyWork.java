package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.function.Consumer;

/** What may read and write a lot, or take much memory: a few of it at a time. */
final class HeavyWork {
  private static final int AT_A_TIME = 2;

  /**
   * For what must not be broken off: what is left of a volume that was half formatted is neither
   * blank nor formatted, and is refused for good. It may outlast the call that began it, whose
   * retry joins it.
   */
  private static final Duration TO_ITS_END = Duration.ofMinutes(10);

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

  /**
   * The same for work that is not broken off when the caller's time is over.
   *
   * @param deadline until when it has to begin
   * @param work gets a time of its own
   */
  void runToItsEnd(String phase, Deadline deadline, Consumer<Deadline> work) {
    run(phase, deadline, () -> work.accept(Deadline.after(TO_ITS_END)));
  }
}
