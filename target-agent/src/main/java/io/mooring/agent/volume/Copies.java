package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.Copying;
import io.mooring.agent.pool.Piece;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes and snapshots that are copied byte by byte. What is to be done stands in the records
 * alone, so that it goes on after a restart; here is only how far it is.
 */
public final class Copies {
  private static final Logger LOG = LoggerFactory.getLogger(Copies.class);
  private static final Duration EACH = Duration.ofMinutes(2);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);

  private final Records records;
  private final SnapshotRecords snapshots;
  private final KeyedLocks locks;
  private final Map<String, Serial> current = new ConcurrentHashMap<>();
  private final Map<Serial, String> progress = new ConcurrentHashMap<>();
  private final Map<Serial, Trouble> troubles = new ConcurrentHashMap<>();

  public Copies(Records records, SnapshotRecords snapshots, KeyedLocks locks) {
    this.records = requireNonNull(records, "records is null");
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /** Why a copy did not go on when it was last tried. */
  private record Trouble(String sentence, long atNanos) {
    static final Trouble NONE = new Trouble("", Long.MIN_VALUE);
  }

  /** A volume or a snapshot that is being copied. */
  private record Copy(Serial serial, String label, String pool, Source source) {
    static Copy of(VolumeRecord volume) {
      return new Copy(
          volume.serial(), volume.label(), volume.pool(), volume.source().orElseThrow());
    }

    static Copy of(SnapshotRecord snapshot) {
      return new Copy(
          snapshot.serial(),
          snapshot.label(),
          snapshot.pool(),
          new Source(Source.Kind.VOLUME, snapshot.volume()));
    }
  }

  private List<Copy> underWay() {
    return Stream.concat(
            records.all().stream()
                .filter(volume -> volume.state() == VolumeRecord.State.COPYING)
                .map(Copy::of),
            snapshots.all().stream().filter(snapshot -> !snapshot.isReady()).map(Copy::of))
        .toList();
  }

  /**
   * Refuses what would change or remove a source under its copy. The caller holds the source, and a
   * copy begins under the same lock.
   *
   * @param label of the source
   * @throws Failure ABORTED while it is being copied: the sidecars try again until it is not
   */
  void requireNoneOf(Source source, String label) {
    underWay().stream()
        .filter(copy -> copy.source().equals(source))
        .findFirst()
        .ifPresent(copy -> {
          throw Failure.aborted(
              "%s is being copied to %s (%s); try again when that is whole, or delete the copy"
                  .formatted(label, copy.label(), state(copy.serial())));
        });
  }

  /** How far the copy is, and what keeps it from going on, for messages. */
  String state(Serial serial) {
    String far = progress.getOrDefault(serial, "not begun");
    String trouble = trouble(serial).sentence();
    return trouble.isEmpty() ? far : far + "; " + trouble;
  }

  private Trouble trouble(Serial serial) {
    return troubles.getOrDefault(serial, Trouble.NONE);
  }

  /** For each copy that does not go on, one sentence. */
  List<String> troubles() {
    return underWay().stream()
        .filter(copy -> troubles.containsKey(copy.serial()))
        .map(copy -> copy.label() + " is not copied now: " + trouble(copy.serial()).sentence())
        .toList();
  }

  /**
   * Copies one piece of what the pool has to copy, one copy after the other. One caller per pool at
   * a time.
   *
   * @return how long to wait before the next step
   */
  public Duration step(Pool pool) {
    Optional<Copying> copying = pool.copying();
    Optional<Copy> next = copying.isPresent() ? next(pool.name()) : Optional.empty();
    if (next.isEmpty()) {
      return IDLE;
    }
    Duration[] rest = {IDLE}; // where somebody removes it just now
    locks.tryHold(
        next.get().serial().digits(), () -> rest[0] = stepHeld(copying.get(), next.get()));
    return rest[0];
  }

  /** The same again until it is whole; of the others, the one whose last trouble is longest ago. */
  private Optional<Copy> next(String pool) {
    List<Copy> all = underWay();
    Set<Serial> serials = all.stream().map(Copy::serial).collect(Collectors.toSet());
    progress.keySet().retainAll(serials);
    troubles.keySet().retainAll(serials);
    List<Copy> waiting = all.stream().filter(copy -> copy.pool().equals(pool)).toList();
    Serial last = current.get(pool);
    Optional<Copy> next =
        waiting.stream()
            .filter(copy -> copy.serial().equals(last))
            .findFirst()
            .or(() ->
                waiting.stream()
                    .min(Comparator.comparingLong(copy -> trouble(copy.serial()).atNanos())));
    next.ifPresent(copy -> current.put(pool, copy.serial()));
    return next;
  }

  private Duration stepHeld(Copying copying, Copy copy) {
    try {
      Optional<Piece> piece = piece(copying, copy);
      piece.ifPresent(one -> said(copy, one));
      return piece.map(Piece::rest).orElse(Duration.ZERO);
    } catch (Failure e) {
      if (!e.sentence().equals(trouble(copy.serial()).sentence())) {
        LOG.warn("{} is not copied now: {}", copy.label(), e.sentence());
      }
      troubles.put(copy.serial(), new Trouble(e.sentence(), System.nanoTime()));
      current.remove(copy.pool()); // the others get their turn
      return AFTER_TROUBLE;
    }
  }

  private void said(Copy copy, Piece piece) {
    troubles.remove(copy.serial());
    if (!piece.whole()) {
      progress.put(copy.serial(), piece.progress());
      return;
    }
    progress.remove(copy.serial());
    current.remove(copy.pool());
    LOG.info("{} is whole: {}", copy.label(), piece.progress());
  }

  /** Empty when it is not being copied any more. */
  private Optional<Piece> piece(Copying copying, Copy copy) {
    Deadline deadline = Deadline.after(EACH);
    Optional<VolumeRecord> volume =
        records.find(copy.serial()).filter(found -> found.state() == VolumeRecord.State.COPYING);
    if (volume.isPresent()) {
      Piece piece = copying.copy(volume.get(), deadline);
      if (piece.whole()) {
        records.put(volume.get().in(VolumeRecord.State.READY));
      }
      return Optional.of(piece);
    }
    Optional<SnapshotRecord> snapshot =
        snapshots.find(copy.serial()).filter(found -> !found.isReady());
    if (snapshot.isEmpty()) {
      return Optional.empty();
    }
    Piece piece = copying.copy(snapshot.get(), deadline);
    if (piece.whole()) {
      snapshots.put(snapshot.get().in(SnapshotRecord.State.READY));
    }
    return Optional.of(piece);
  }
}
