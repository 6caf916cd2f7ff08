package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import io.mooring.agent.lio.Lio;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumes made, found and removed. */
public final class Volumes {
  private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);
  private static final Duration UNDO = Duration.ofSeconds(60);

  private final Records records;
  private final Sources sources;
  private final Copies copies;
  private final Pools pools;
  private final Lio lio;
  private final KeyedLocks locks;

  /**
   * What is asked for.
   *
   * @param name one name, one volume
   * @param source what it shall be a copy of; empty for an empty volume
   * @param limits that it has from the beginning; their revision does not count. A volume that
   *     exists keeps what it has, since they may have been changed after it was made
   */
  public record Order(
      String cluster,
      String name,
      String pool,
      SizeRange size,
      Optional<Source> source,
      VolumeLimits limits) {
    /** Without limits. */
    public Order(
        String cluster, String name, String pool, SizeRange size, Optional<Source> source) {
      this(cluster, name, pool, size, source, VolumeLimits.NEVER);
    }
  }

  public Volumes(
      Records records,
      SnapshotRecords snapshots,
      Copies copies,
      Pools pools,
      Lio lio,
      KeyedLocks locks) {
    this.records = requireNonNull(records, "records is null");
    this.sources = new Sources(records, snapshots, copies);
    this.copies = requireNonNull(copies, "copies is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.lio = requireNonNull(lio, "lio is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /**
   * Makes the volume, or finds the one that was made under its name before. A caller runs one such
   * call per name at a time.
   *
   * @throws Failure ABORTED while the volume is a copy that takes time and is not whole yet; what
   *     is under way goes on without a caller, and the same call again finds it
   */
  public VolumeRecord create(Order order, Deadline deadline) {
    if (order.source().isEmpty()) {
      return requireWhole(createHeld(order, deadline));
    }
    // While it is copied nobody removes it.
    String source = order.source().get().serial().digits();
    return requireWhole(locks.hold(source, deadline, () -> createHeld(order, deadline)));
  }

  private VolumeRecord requireWhole(VolumeRecord volume) {
    if (volume.state() != State.COPYING) {
      return volume;
    }
    throw Failure.aborted(
        "%s is being copied from %s (%s); try again until it is whole"
            .formatted(
                volume.label(),
                volume.source().map(Source::toString).orElse("nothing"),
                copies.state(volume.serial())));
  }

  private VolumeRecord createHeld(Order order, Deadline deadline) {
    Pool pool = pools.require(order.pool());
    Optional<VolumeRecord> present = records.find(order.cluster(), order.name());
    if (present.isPresent() && present.get().state() != State.CREATING) {
      return existing(order, present.get());
    }
    records.requireComplete();
    long size = size(order, pool, deadline);
    VolumeRecord volume =
        present
            .filter(half -> half.pool().equals(pool.name()) && half.sizeBytes() == size)
            .filter(half -> half.source().equals(order.source()))
            .filter(half -> half.limits().allowAsMuchAs(order.limits()))
            .orElseGet(() -> fresh(order, size, present, deadline));
    return locks.hold(volume.serial().digits(), deadline, () -> make(pool, volume, deadline));
  }

  private long size(Order order, Pool pool, Deadline deadline) {
    long required = pool.roundUp(order.size().requiredBytes(), deadline);
    long least =
        order
            .source()
            .map(source -> sources.sizeBytes(order.cluster(), pool.name(), source))
            .orElse(0L);
    return order.size().within(pool.name(), Math.max(required, least));
  }

  private static VolumeRecord existing(Order order, VolumeRecord volume) {
    if (volume.state() == State.DELETING) {
      throw Failure.aborted(volume.label() + " is being deleted; try again when it is gone");
    }
    if (!volume.pool().equals(order.pool())) {
      throw Failure.alreadyExists(
          "%s exists in pool %s and was asked for in pool %s; use another name"
              .formatted(volume.label(), volume.pool(), order.pool()));
    }
    if (!volume.source().equals(order.source())) {
      throw Failure.alreadyExists(
          "%s exists and is %s, which is not what was asked for; use another name"
              .formatted(
                  volume.label(),
                  volume.source().map(source -> "a copy of " + source).orElse("no copy")));
    }
    if (!order.size().holds(volume.sizeBytes())) {
      throw Failure.alreadyExists(
          "%s exists with %d bytes, which is not what was asked for; use another name"
              .formatted(volume.label(), volume.sizeBytes()));
    }
    return volume;
  }

  private VolumeRecord fresh(
      Order order, long size, Optional<VolumeRecord> half, Deadline deadline) {
    half.ifPresent(left ->
        locks.hold(
            left.serial().digits(),
            deadline,
            () -> {
              discard(left, deadline);
              return true;
            }));
    Serial serial = Serial.random();
    while (records.isNaaTaken(serial)) {
      serial = Serial.random();
    }
    return new VolumeRecord(
        serial,
        order.cluster(),
        order.name(),
        order.pool(),
        size,
        State.CREATING,
        List.of(),
        order.source(),
        order.limits().after(VolumeLimits.NEVER));
  }

  private VolumeRecord make(Pool pool, VolumeRecord volume, Deadline deadline) {
    records.put(volume);
    FailPoints.pass("agent.create.start");
    VolumeRecord made;
    try {
      made = pool.create(volume, deadline);
    } catch (Failure failure) {
      undo(volume, failure);
      throw failure;
    }
    records.put(made);
    return made;
  }

  /** Nothing stays behind; what cannot be undone now is known as half made. */
  private void undo(VolumeRecord volume, Failure cause) {
    try {
      discard(volume, Deadline.after(UNDO));
    } catch (Failure e) {
      LOG.warn("{} is half made and is removed later: {}", volume.label(), e.sentence());
      cause.addSuppressed(e);
    }
  }

  /** Removes a volume that no caller was told of, or whose removal has begun. */
  void discard(VolumeRecord volume, Deadline deadline) {
    lio.removeBackstore(volume.serial(), deadline);
    pools.of(volume).remove(volume, deadline);
    records.remove(volume.serial());
  }

  /** Removes the volume; nothing happens where this cluster has none of that serial. */
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
    Optional<VolumeRecord> found = records.find(cluster, serial);
    if (found.isEmpty()) {
      records.requireComplete();
      return;
    }
    VolumeRecord volume = found.get();
    if (!volume.publications().isEmpty()) {
      throw Failure.failedPrecondition(
          "%s is published to node %s; unpublish it first"
              .formatted(volume.label(), volume.publications().getFirst().nodeName()));
    }
    copies.requireNoneOf(new Source(Source.Kind.VOLUME, serial), volume.label());
    records.put(volume.in(State.DELETING));
    FailPoints.pass("agent.delete.start");
    discard(volume, deadline);
  }

  /** One volume of this cluster by its serial. */
  public VolumeRecord get(String cluster, Serial serial) {
    return records.require(cluster, serial);
  }

  /**
   * One volume of this cluster by its name.
   *
   * @throws Failure ABORTED while it is being made or removed: both answers could be wrong
   */
  public VolumeRecord get(String cluster, String name) {
    VolumeRecord volume =
        records
            .find(cluster, name)
            .orElseThrow(() -> records.missing("no volume of the name \"" + name + "\""));
    requireWhole(volume);
    if (volume.state() != State.READY) {
      throw Failure.aborted(
          volume.label() + " is being made or removed on this host; try again later");
    }
    return volume;
  }

  /** All volumes of the cluster, by serial. */
  public List<VolumeRecord> list(String cluster) {
    records.requireComplete();
    return records.all().stream()
        .filter(volume -> volume.cluster().equals(cluster) && volume.state() == State.READY)
        .toList();
  }
}
