package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.volume.BackOff;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is found and what is done about it, so that people see each of it once: one line for each
 * act, one when something cannot be put right, and one when that is over. What fails, or is wrong
 * again soon, is tried with growing pauses. Used by one thread.
 */
final class HealLog {
  private static final Logger LOG = LoggerFactory.getLogger(HealLog.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** What is wrong again within this time was not cured. */
  private static final Duration MEMORY = Duration.ofMinutes(10);

  private final HealNotes notes;
  private final Ticker ticker;
  private final BackOff<Case> pauses;
  private final Map<Case, Long> acted = new LinkedHashMap<>();
  private Map<Case, String> before = Map.of();
  private Map<Case, String> found = new LinkedHashMap<>();
  private boolean soon;

  /**
   * One thing that is wrong.
   *
   * @param subject with what
   */
  private record Case(Ailment ailment, String subject) {}

  HealLog(HealNotes notes, Ticker ticker) {
    this.notes = requireNonNull(notes, "notes is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.pauses = new BackOff<>(ticker, SHORTEST_PAUSE, LONGEST_PAUSE, () -> 1);
  }

  /** Something is wrong that nobody but a person can put right; told of once. */
  void found(Ailment ailment, String subject, String sentence) {
    found.put(new Case(ailment, subject), sentence);
  }

  /** Whether it was found in the last round. */
  boolean knows(Ailment ailment, String subject) {
    return before.containsKey(new Case(ailment, subject));
  }

  /** Nothing new is known of it: what was found in the last round still is. */
  void keep(Ailment ailment) {
    before.forEach((known, sentence) -> {
      if (known.ailment() == ailment) {
        found.put(known, sentence);
      }
    });
  }

  /** Something may have to be done soon: the next round must not be far. */
  void watch() {
    soon = true;
  }

  /**
   * Puts something right, unless that was tried a moment ago.
   *
   * @param wrong what is wrong, as the beginning of a sentence
   * @param done what was done about it, as its end
   * @param act returns whether it was done: false when the volume is busy, or when nothing was
   *     wrong any more; fails with the reason when it cannot be done
   */
  void cure(Ailment ailment, String subject, String wrong, String done, BooleanSupplier act) {
    Case one = new Case(ailment, subject);
    if (!pauses.isDue(one)) {
      found.put(one, before.getOrDefault(one, wrong + " again; it is tried again in a while"));
      watch();
      return;
    }
    try {
      if (act.getAsBoolean()) {
        LOG.warn("{}: {}", wrong, done);
        notes.healed(ailment);
        acted.put(one, ticker.nanos());
        pauses.failed(one);
      } else {
        watch();
      }
    } catch (Failure e) {
      found.put(one, wrong + ": " + e.sentence());
      acted.put(one, ticker.nanos());
      pauses.failed(one);
      watch();
    }
  }

  /**
   * Ends a round: tells what is new and what is over.
   *
   * @return whether the next one must not be far
   */
  boolean end() {
    found.forEach((one, sentence) -> {
      if (!before.containsKey(one)) {
        LOG.warn("{}", sentence);
      }
    });
    before.forEach((one, sentence) -> {
      if (!found.containsKey(one)) {
        LOG.info("this is over: {}", sentence);
      }
    });
    notes.present(
        found.keySet().stream()
            .collect(Collectors.groupingBy(Case::ailment, Collectors.counting())));
    acted.values().removeIf(at -> ticker.nanos() - at >= MEMORY.toNanos());
    pauses.retain(acted.keySet());
    before = found;
    found = new LinkedHashMap<>();
    boolean again = soon;
    soon = false;
    return again;
  }
}
