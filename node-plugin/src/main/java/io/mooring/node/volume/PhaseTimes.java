package io.mooring.node.volume;

import java.time.Duration;
import java.util.function.Supplier;

/** Where the time of an attach goes; fed by the flows, kept as a histogram. */
@FunctionalInterface
public interface PhaseTimes {
  /** A step that took that long, such as {@code login} or {@code mount}. */
  void took(String phase, Duration duration);

  /** Runs a step and tells how long it took, also when it fails. */
  default <T> T timed(String phase, Supplier<T> step) {
    long start = System.nanoTime();
    try {
      return step.get();
    } finally {
      took(phase, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** Runs a step without a result. */
  default void timed(String phase, Runnable step) {
    timed(
        phase,
        () -> {
          step.run();
          return phase;
        });
  }
}
