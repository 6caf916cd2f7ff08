package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * For how long things have been seen without a break: what passes by itself is not acted on, and
 * nothing is at its first sight.
 *
 * @param <K> what is seen
 */
final class Since<K> {
  private final Ticker ticker;
  private final Map<K, Long> first = new HashMap<>();

  Since(Ticker ticker) {
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /** These are seen now; whatever else was seen before is over. */
  void seen(Collection<K> now) {
    first.keySet().retainAll(now);
    now.forEach(thing -> first.putIfAbsent(thing, ticker.nanos()));
  }

  /** Whether it has been there for that long. */
  boolean lasts(K thing, Duration atLeast) {
    Long at = first.get(thing);
    return at != null && ticker.nanos() - at >= atLeast.toNanos();
  }
}
