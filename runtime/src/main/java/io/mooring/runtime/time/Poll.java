package io.mooring.runtime.time;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a state by looking at it, first often, then less so. Events are hints that can be lost;
 * states are the truth.
 *
 * @param first pause after the first look
 * @param longest pauses grow by half until they are this long
 */
public record Poll(Duration first, Duration longest) {
  /** For sysfs and other reads that cost next to nothing: 10 ms to 200 ms. */
  public static final Poll SYSFS = new Poll(Duration.ofMillis(10), Duration.ofMillis(200));

  /** Looks until there is a value or the deadline has passed; looks at least once. */
  public <T> Optional<T> forValue(Deadline deadline, Supplier<Optional<T>> look) {
    Duration pause = first;
    while (true) {
      Optional<T> seen = look.get();
      if (seen.isPresent() || deadline.expired()) {
        return seen;
      }
      Duration left = deadline.remaining();
      deadline.ticker().pause(pause.compareTo(left) < 0 ? pause : left);
      Duration grown = pause.multipliedBy(3).dividedBy(2);
      pause = grown.compareTo(longest) < 0 ? grown : longest;
    }
  }

  /** Looks until the state is reached (true) or the deadline has passed (false). */
  public boolean until(Deadline deadline, BooleanSupplier reached) {
    return forValue(deadline, () -> reached.getAsBoolean() ? Optional.of(true) : Optional.empty())
        .isPresent();
  }
}
