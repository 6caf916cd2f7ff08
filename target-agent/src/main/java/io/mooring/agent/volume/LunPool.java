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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The LUN numbers 1..255 of one node. A number that was freed rests for the quarantine, and where
 * the node answers also until it has said that it has nothing at it any more, because it may still
 * hold a stale device. Then the least recently freed one is taken. Not thread-safe.
 */
final class LunPool {
  static final int LAST = 255;

  /**
   * @param at when, on the wall clock, for the record
   * @param untilNanos the end of the quarantine on the monotonic clock, which nobody sets
   * @param given the node has said since that it has nothing there
   */
  private record Freed(
      Instant at, long untilNanos, @Nullable String serial, String token, boolean given) {
    Freed asGiven() {
      return new Freed(at, untilNanos, serial, token, true);
    }
  }

  private final Map<Integer, Freed> freed = new HashMap<>();
  private final Set<Integer> reserved = new HashSet<>();
  private final Duration quarantine;
  private final Ticker ticker;
  private boolean answers;

  LunPool(Duration quarantine, Ticker ticker) {
    this.quarantine = quarantine;
    this.ticker = ticker;
  }

  /** Takes over a number that was freed at a time that a record tells. */
  void restore(NodeDocument.FreedLun recorded, Instant now) {
    Duration left = quarantine.minus(Duration.between(recorded.at(), now));
    // A clock that was set back must not prolong it beyond one quarantine, nor end it early.
    Duration bounded = left.compareTo(quarantine) > 0 ? quarantine : left;
    freed.put(
        recorded.lun(),
        new Freed(
            recorded.at(),
            ticker.nanos() + Math.max(0, bounded.toNanos()),
            recorded.serial(),
            token(),
            recorded.wasGiven()));
  }

  /**
   * The number is free from now on.
   *
   * @param serial of the volume that it led to; null where that is not known
   */
  void free(int lun, @Nullable String serial, Instant now) {
    reserved.remove(lun);
    freed.put(lun, new Freed(now, ticker.nanos() + quarantine.toNanos(), serial, token(), false));
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }

  /** Whether the node gives its word on freed numbers. */
  boolean answers() {
    return answers;
  }

  void answers(boolean nodeAnswers) {
    answers = nodeAnswers;
  }

  /** What waits for the node's word, ordered by number. */
  List<FreedNumber> waiting() {
    return freed.entrySet().stream()
        .filter(entry -> !entry.getValue().given())
        .map(entry ->
            new FreedNumber(
                entry.getKey(),
                Objects.requireNonNullElse(entry.getValue().serial(), ""),
                entry.getValue().token()))
        .sorted(Comparator.comparingInt(FreedNumber::lun))
        .toList();
  }

  /** The node has nothing at the number since that freeing; whether that was news. */
  boolean given(int lun, String token) {
    Freed entry = freed.get(lun);
    if (entry == null || entry.given() || !entry.token().equals(token)) {
      return false;
    }
    freed.put(lun, entry.asGiven());
    return true;
  }

  /**
   * Picks a number and keeps it from others until it is settled.
   *
   * @param asked whether the node is asked for its word; where it is not, time alone decides
   */
  int reserve(Set<Integer> inUse, String node, boolean asked) {
    Predicate<Integer> rested =
        lun -> restNanos(lun) == 0 && (!(asked && answers) || !isAwaited(lun));
    List<Integer> unused =
        IntStream.rangeClosed(1, LAST)
            .boxed()
            .filter(lun -> !inUse.contains(lun) && !reserved.contains(lun))
            .toList();
    int chosen =
        unused.stream()
            .filter(rested)
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

  private boolean isAwaited(int lun) {
    Freed entry = freed.get(lun);
    return entry != null && !entry.given();
  }

  private Failure exhausted(List<Integer> unused, String node) {
    if (unused.isEmpty()) {
      return Failure.resourceExhausted(
          "node %s has %d volumes of this host, which is the most; use another storage host"
              .formatted(node, LAST));
    }
    long nanos = unused.stream().mapToLong(this::restNanos).min().orElse(0);
    if (nanos == 0) {
      return Failure.resourceExhausted(
          ("every free LUN number of node %s waits until the node says that it has no device there any more;"
                  + " see that its node plugin is linked to the controller, or reboot the node with a new identity"
                  + " (docs/target.md, LUN numbers)")
              .formatted(node));
    }
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
        .map(entry ->
            new NodeDocument.FreedLun(
                entry.getKey(),
                entry.getValue().at(),
                entry.getValue().serial(),
                entry.getValue().given()))
        .toList();
  }
}
