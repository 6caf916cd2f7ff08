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
import java.util.TreeMap;
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

  /** Null until it is known. */
  private @Nullable Map<Integer, String> held;

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

  /** Which numbers the node has, and for which serials; null where that is not known. */
  @Nullable Map<Integer, String> held() {
    return held;
  }

  /** Numbers that the node has, whether or not the volumes that have them can be seen. */
  void holds(Map<Integer, String> numbers) {
    held = new TreeMap<>(numbers);
  }

  /**
   * Numbers that volumes have now are held, too; whether that was news. Nothing happens where it is
   * not known what the node holds.
   */
  boolean remember(Map<Integer, String> numbers) {
    if (held == null) {
      return false;
    }
    Map<Integer, String> all = new TreeMap<>(held);
    all.putAll(numbers);
    boolean news = !all.equals(held);
    held = all;
    return news;
  }

  /**
   * All volumes are known, and these are their numbers. What else was held is so no more: it rests
   * since it was freed, or from now on.
   *
   * @param serial of a volume that keeps what is held for it
   */
  void holdsOnly(Map<Integer, String> numbers, String serial, Instant now) {
    Map<Integer, String> before = held == null ? Map.of() : new TreeMap<>(held);
    Map<Integer, String> all = new TreeMap<>(numbers);
    before.forEach((lun, holder) -> {
      boolean rests = freed.containsKey(lun);
      if (reserved.contains(lun) || (holder.equals(serial) && !rests)) {
        all.putIfAbsent(lun, holder);
      } else if (!numbers.containsKey(lun) && !rests) {
        free(lun, null, now);
      }
    });
    held = all;
  }

  /** That volume is not recorded with the number any more, which was freed. */
  void dropped(int lun, String serial) {
    if (held != null && freed.containsKey(lun)) {
      held.remove(lun, serial);
    }
  }

  /**
   * The number rests from now on. It is held until {@link #dropped} or {@link #holdsOnly}, since
   * its volume may still be recorded with it.
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
   * Picks a number, which the node holds from then on, and keeps it from others until it is
   * settled: the one that it holds for this very volume and has not lost since, or a free one. What
   * the node holds must be known.
   *
   * @param asked whether the node is asked for its word; where it is not, time alone decides
   */
  int reserve(String serial, Set<Integer> inUse, String node, boolean asked) {
    Map<Integer, String> mine = Objects.requireNonNull(held, "what the node holds is not known");
    Predicate<Integer> free = lun -> !inUse.contains(lun) && !reserved.contains(lun);
    int chosen =
        mine.entrySet().stream()
            .filter(entry -> entry.getValue().equals(serial))
            .map(Map.Entry::getKey)
            .filter(free.and(lun -> !freed.containsKey(lun)))
            .findFirst()
            .orElseGet(() -> unused(free.and(lun -> !mine.containsKey(lun)), node, asked));
    reserved.add(chosen);
    mine.put(chosen, serial);
    freed.remove(chosen);
    return chosen;
  }

  private int unused(Predicate<Integer> free, String node, boolean asked) {
    Predicate<Integer> rested =
        lun -> restNanos(lun) == 0 && (!(asked && answers) || !isAwaited(lun));
    List<Integer> unused = IntStream.rangeClosed(1, LAST).boxed().filter(free).toList();
    return unused.stream()
        .filter(rested)
        .min(Comparator.comparing((Integer lun) -> freedAt(lun)).thenComparing(lun -> lun))
        .orElseThrow(() -> exhausted(unused, node));
  }

  private Instant freedAt(int lun) {
    Freed entry = freed.get(lun);
    return entry == null ? Instant.MIN : entry.at();
  }

  private long restNanos(int lun) {
    Freed entry = freed.get(lun);
    return entry == null ? 0 : Math.max(0, entry.untilNanos() - ticker.nanos());
  }

  /**
   * How long the number rests yet because of another volume than that one. One that is not known
   * does not count: with a lost state no LUN would be served.
   */
  Duration restAfterAnother(int lun, String serial) {
    Freed entry = freed.get(lun);
    boolean another =
        entry != null && entry.serial() != null && !Objects.equals(entry.serial(), serial);
    return another ? Duration.ofNanos(restNanos(lun)) : Duration.ZERO;
  }

  /** Forgets an earlier volume of the number, whose rest is over; whether there was one. */
  boolean forgetRested(int lun) {
    return restNanos(lun) == 0 && freed.remove(lun) != null;
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
