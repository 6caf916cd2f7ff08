package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** Enough for a clean file system and for the replay of a journal, which most checks are. */
  private static final Duration SHORT_CHECK = Duration.ofMinutes(1);

  /** The whole of a large damaged file system is read; broken off, it would begin anew for ever. */
  private static final Duration LONG_CHECK = Duration.ofHours(1);

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final PhaseTimes times;
  private final Turns turns = new Turns(AT_A_TIME, "other volumes are being formatted or opened");
  private final Turns checks = new Turns(AT_A_TIME, "other volumes are being checked");
  private final Turns longChecks =
      new Turns(AT_A_TIME, "its check takes long, as those of other volumes do just now");

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
    run(turns, phase, deadline, work);
  }

  /**
   * The same for work that is not broken off when the caller's time is over.
   *
   * @param deadline until when it has to begin
   * @param work gets a time of its own
   */
  void runToItsEnd(String phase, Deadline deadline, Consumer<Deadline> work) {
    run(turns, phase, deadline, () -> work.accept(Deadline.after(TO_ITS_END)));
  }

  /**
   * The same for the check of a file system, at places of its own: what hangs with its storage host
   * keeps no volume of another one from its mount. It is broken off once: one that takes long
   * begins anew elsewhere, so that clean file systems need not wait for damaged ones.
   */
  void check(Deadline deadline, Consumer<Deadline> work) {
    AtomicBoolean begun = new AtomicBoolean();
    try {
      run(
          checks,
          "fsck",
          deadline,
          () -> {
            begun.set(true);
            work.accept(deadline.atMost(SHORT_CHECK));
          });
    } catch (Failure e) {
      if (e.kind() != Kind.DEADLINE_EXCEEDED || !begun.get()) {
        throw e;
      }
      run(
          longChecks,
          "fsck",
          Deadline.after(AT_ONCE),
          () -> work.accept(Deadline.after(LONG_CHECK)));
    }
  }

  private void run(Turns turn, String phase, Deadline deadline, Runnable work) {
    turn.run(
        deadline,
        () -> {
          times.timed(phase, work);
          return true;
        });
  }
}
