package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots made, found and removed. */
public final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final Duration UNDO = Duration.ofSeconds(60);

  private final SnapshotRecords snapshots;
  private final Records records;
  private final Volumes volumes;
  private final Copies copies;
  private final Pools pools;
  private final KeyedLocks locks;
  private final InstantSource clock;

  /** By cluster and name: what may be there although it failed, and could not be removed. */
  private final Map<String, SnapshotRecord> left = new ConcurrentHashMap<>();

  /**
   * What is asked for.
   *
   * @param name one name, one snapshot
   * @param volume to be copied
   */
  public record Order(String cluster, String name, Serial volume) {}

  public Snapshots(
      SnapshotRecords snapshots,
      Records records,
      Volumes volumes,
      Copies copies,
      Pools pools,
      KeyedLocks locks,
      InstantSource clock) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.records = requireNonNull(records, "records is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.copies = requireNonNull(copies, "copies is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.locks = requireNonNull(locks, "locks is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * Makes the snapshot, or finds the one that was made under its name before. A caller runs one
   * such call per name at a time. One that is not ready becomes so without a caller.
   */
  public SnapshotRecord create(Order order, Deadline deadline) {
    return locks.hold(order.volume().digits(), deadline, () -> createHeld(order, deadline));
  }

  private SnapshotRecord createHeld(Order order, Deadline deadline) {
    Optional<SnapshotRecord> present = snapshots.find(order.cluster(), order.name());
    if (present.isPresent()) {
      return existing(order, present.get());
    }
    records.requireComplete();
    removeLeft(order, deadline);
    VolumeRecord volume = volumes.get(order.cluster(), order.volume());
    SnapshotRecord snapshot =
        new SnapshotRecord(
            Serial.random(),
            order.cluster(),
            order.name(),
            volume.pool(),
            volume.sizeBytes(),
            volume.serial(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    SnapshotRecord made;
    try {
      made = pools.of(volume).snapshot(snapshot, deadline);
    } catch (Failure failure) {
      undo(snapshot, failure);
      throw failure;
    }
    snapshots.put(made);
    return made;
  }

  private static SnapshotRecord existing(Order order, SnapshotRecord snapshot) {
    if (!snapshot.volume().equals(order.volume())) {
      throw Failure.alreadyExists(
          "%s exists and is one of volume %s; use another name"
              .formatted(snapshot.label(), snapshot.volume()));
    }
    return snapshot;
  }

  /** One name, one snapshot: with two of them the next start could not tell which was answered. */
  private void removeLeft(Order order, Deadline deadline) {
    SnapshotRecord before = left.get(key(order.cluster(), order.name()));
    if (before != null) {
      pools.require(before.pool()).removeSnapshot(before, deadline);
      left.remove(key(order.cluster(), order.name()));
    }
  }

  private static String key(String cluster, String name) {
    return cluster + "/" + name;
  }

  /** Nobody was told of it, so nothing of it stays. */
  private void undo(SnapshotRecord snapshot, Failure cause) {
    try {
      pools.require(snapshot.pool()).removeSnapshot(snapshot, Deadline.after(UNDO));
    } catch (Failure e) {
      LOG.warn("{} may be there although it failed: {}", snapshot.label(), e.sentence());
      left.put(key(snapshot.cluster(), snapshot.name()), snapshot);
      cause.addSuppressed(e);
    }
  }

  /**
   * Removes what an earlier process has begun: nobody knows when it was taken, or whether.
   *
   * @return one sentence for each that cannot be removed now
   */
  List<String> repair(Duration each) {
    List<String> problems = new ArrayList<>();
    for (SnapshotRecord half : snapshots.halfMade()) {
      try {
        pools.require(half.pool()).removeSnapshot(half, Deadline.after(each));
        snapshots.remove(half.serial());
      } catch (Failure e) {
        problems.add(half.label() + ": " + e.sentence());
      }
    }
    return problems;
  }

  /**
   * Removes the snapshot, also one that is not ready; nothing happens where this cluster has none
   * of that serial.
   *
   * @throws Failure INVALID_ARGUMENT when it belongs to a group; ABORTED while a volume is being
   *     copied from it
   */
  public void delete(String cluster, Serial serial, Deadline deadline) {
    locks.hold(
        serial.digits(),
        deadline,
        () -> {
          deleteHeld(cluster, serial, deadline);
          return true;
        });
  }

  private void deleteHeld(String cluster, Serial serial, Deadline deadline) {
    Optional<SnapshotRecord> snapshot = snapshots.find(cluster, serial);
    if (snapshot.isEmpty()) {
      records.requireComplete();
      return;
    }
    snapshot
        .get()
        .group()
        .ifPresent(membership -> {
          throw Failure.invalidArgument(
              "%s belongs to group snapshot %s and goes with it; delete the group snapshot"
                  .formatted(snapshot.get().label(), membership.group()));
        });
    copies.requireNoneOf(new Source(Source.Kind.SNAPSHOT, serial), snapshot.get().label());
    pools.require(snapshot.get().pool()).removeSnapshot(snapshot.get(), deadline);
    FailPoints.pass("agent.snapshot.after-removal");
    snapshots.remove(serial);
  }

  /** One snapshot of this cluster by its serial. */
  public SnapshotRecord get(String cluster, Serial serial) {
    return snapshots.require(cluster, serial);
  }

  /** One snapshot of this cluster by its name. */
  public SnapshotRecord get(String cluster, String name) {
    return snapshots
        .find(cluster, name)
        .orElseThrow(() -> records.missing("no snapshot of the name \"" + name + "\""));
  }

  /** All snapshots of the cluster, by serial. */
  public List<SnapshotRecord> list(String cluster) {
    records.requireComplete();
    return snapshots.all().stream().filter(snapshot -> snapshot.cluster().equals(cluster)).toList();
  }
}
