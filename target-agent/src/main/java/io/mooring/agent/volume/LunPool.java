package io.mooring.agent.volume;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The LUN numbers 1..255 of one node. A number that was freed rests for the quarantine, because a
 * node may still hold a stale device at it, and then the least recently freed one is taken. Not
 * thread-safe.
 */
final class LunPool {
  static final int LAST = 255;

  /**
   * @param at when, on the wall clock, for the record
   * @param untilNanos the end of the quarantine on the monotonic clock, which nobody sets
   */
  private record Freed(Instant at, long untilNanos) {}

  private final Map<Integer, Freed> freed = new HashMap<>();
  private final Set<Integer> reserved = new HashSet<>();
  private final Duration quarantine;
  private final Ticker ticker;

  LunPool(Duration quarantine, Ticker ticker) {
    this.quarantine = quarantine;
    this.ticker = ticker;
  }

  /** Takes over a number that was freed at a time that a record tells. */
  void freedAt(int lun, Instant at, Instant now) {
    Duration left = quarantine.minus(Duration.between(at, now));
    // A clock that was set back must not prolong it beyond one quarantine, nor end it early.
    Duration bounded = left.compareTo(quarantine) > 0 ? quarantine : left;
    freed.put(lun, new Freed(at, ticker.nanos() + Math.max(0, bounded.toNanos())));
  }

  /** The number is free from now on. */
  void free(int lun, Instant now) {
    reserved.remove(lun);
    freed.put(lun, new Freed(now, ticker.nanos() + quarantine.toNanos()));
  }

  /** Picks a number and keeps it from others until it is settled. */
  int reserve(Set<Integer> inUse, String node) {
    List<Integer> unused =
        IntStream.rangeClosed(1, LAST)
            .boxed()
            .filter(lun -> !inUse.contains(lun) && !reserved.contains(lun))
            .toList();
    int chosen =
        unused.stream()
            .filter(lun -> restNanos(lun) == 0)
            .min(Comparator.comparing((Integer lun) -> freedAt(lun)).thenComparing(lun -> lun))
            .orElseThrow(() -> exhausted(unused, node));
    reserved.add(chosen);
    return chosen;
  }

  private Instant freedAt(int lun) {
    Freed entry = freed.get(lun);
    return entry == null ? Instant.MIN : entry.at();
  }

  private long restNanos(int lun) {
    Freed entry = freed.get(lun);
    return entry == null ? 0 : Math.max(0, entry.untilNanos() - ticker.nanos());
  }

  private Failure exhausted(List<Integer> unused, String node) {
    if (unused.isEmpty()) {
      return Failure.resourceExhausted(
          "node %s has %d volumes of this host, which is the most; use another storage host"
              .formatted(node, LAST));
    }
    long nanos = unused.stream().mapToLong(this::restNanos).min().orElse(0);
    return Failure.resourceExhausted(
        "every free LUN number of node %s is in quarantine (lun-quarantine); the next one is free in %d s"
            .formatted(node, Duration.ofNanos(nanos).toSeconds() + 1));
  }

  /** The record of the number's use is written, or the attempt was given up. */
  void settled(int lun) {
    reserved.remove(lun);
  }

  List<NodeDocument.FreedLun> freed() {
    return freed.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> new NodeDocument.FreedLun(entry.getKey(), entry.getValue().at()))
        .toList();
  }
}
