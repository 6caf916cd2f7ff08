package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * When each thing may be tried again: first after the shortest pause, then after twice as long each
 * time up to the longest, always a little earlier than that by chance so that the nodes of a rack
 * do not knock together.
 *
 * @param <K> what is tried
 */
public final class BackOff<K> {
  private static final double LEAST = 0.8;

  private final Ticker ticker;
  private final Duration shortest;
  private final Duration longest;
  private final DoubleSupplier chance;
  private final ConcurrentHashMap<K, Turn> turns = new ConcurrentHashMap<>();

  private record Turn(Duration pause, long notBeforeNanos) {}

  /**
   * @param chance numbers from 0 to 1
   */
  public BackOff(Ticker ticker, Duration shortest, Duration longest, DoubleSupplier chance) {
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.shortest = requireNonNull(shortest, "shortest is null");
    this.longest = requireNonNull(longest, "longest is null");
    this.chance = requireNonNull(chance, "chance is null");
  }

  /** Whether it may be tried now. */
  public boolean isDue(K key) {
    Turn turn = turns.get(key);
    return turn == null || ticker.nanos() - turn.notBeforeNanos() >= 0;
  }

  /** It was tried in vain: the next pause is longer. */
  public void failed(K key) {
    turns.compute(key, (k, last) -> next(last == null ? shortest : doubled(last.pause())));
  }

  public void succeeded(K key) {
    turns.remove(key);
  }

  /** Forgets everything but these. */
  public void retain(Collection<K> keys) {
    turns.keySet().retainAll(keys);
  }

  private Duration doubled(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(longest) < 0 ? twice : longest;
  }

  private Turn next(Duration pause) {
    double share = LEAST + (1 - LEAST) * chance.getAsDouble();
    return new Turn(pause, ticker.nanos() + (long) (pause.toNanos() * share));
  }
}
