package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.GroupPool;
import io.mooring.agent.pool.Pool;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots of several volumes at one moment: made, found and removed as a whole. */
public final class GroupSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(GroupSnapshots.class);
  private static final Duration UNDO = Duration.ofSeconds(60);

  private final SnapshotRecords snapshots;
  private final Records records;
  private final Pools pools;
  private final KeyedLocks locks;
  private final InstantSource clock;

  /**
   * What is asked for.
   *
   * @param name one name, one group snapshot
   * @param volumes at least one
   */
  public record Order(String cluster, String name, Set<Serial> volumes) {
    public Order {
      volumes = Set.copyOf(volumes);
    }
  }

  public GroupSnapshots(
      SnapshotRecords snapshots,
      Records records,
      Pools pools,
      KeyedLocks locks,
      InstantSource clock) {
    this.snapshots = requireNonNull(snapshots, "snapshots is null");
    this.records = requireNonNull(records, "records is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.locks = requireNonNull(locks, "locks is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * Makes the group snapshot, or finds the one that was made under its name before. A caller runs
   * one such call per name at a time.
   */
  public GroupRecord create(Order order, Deadline deadline) {
    return locks.holdAll(digits(order.volumes()), deadline, () -> createHeld(order, deadline));
  }

  private static Set<String> digits(Set<Serial> serials) {
    return serials.stream().map(Serial::digits).collect(Collectors.toSet());
  }

  private GroupRecord createHeld(Order order, Deadline deadline) {
    Optional<GroupRecord> present = snapshots.group(order.cluster(), order.name());
    if (present.isPresent() && present.get().finished()) {
      return existing(order, present.get());
    }
    records.requireComplete();
    present.ifPresent(half -> discardFirst(half, deadline));
    List<VolumeRecord> volumes = volumes(order);
    Pool pool = pools.require(volumes.getFirst().pool());
    GroupPool groups = pool.groups();
    volumes.forEach(volume -> pool.device(volume, deadline));
    GroupRecord group = fresh(order, volumes);
    return locks.hold(group.serial().digits(), deadline, () -> make(groups, group, deadline));
  }

  private static GroupRecord existing(Order order, GroupRecord group) {
    if (!group.volumes().equals(order.volumes())) {
      throw Failure.alreadyExists(
          "%s exists and is one of the volumes %s; use another name"
              .formatted(group.label(), group.volumes()));
    }
    return group;
  }

  private void discardFirst(GroupRecord half, Deadline deadline) {
    locks.hold(
        half.serial().digits(),
        deadline,
        () -> {
          discard(half, deadline);
          return true;
        });
  }

  private List<VolumeRecord> volumes(Order order) {
    List<VolumeRecord> volumes =
        new TreeSet<>(order.volumes())
            .stream().map(serial -> records.require(order.cluster(), serial)).toList();
    VolumeRecord first = volumes.getFirst();
    for (VolumeRecord volume : volumes) {
      if (!volume.pool().equals(first.pool())) {
        throw Failure.failedPrecondition(
            "%s is in pool %s and %s in pool %s, and only volumes of one pool can be snapshotted together; copy them into one pool, or take a snapshot of each"
                .formatted(first.label(), first.pool(), volume.label(), volume.pool()));
      }
    }
    return volumes;
  }

  private GroupRecord fresh(Order order, List<VolumeRecord> volumes) {
    Membership unfinished = new Membership(Serial.random(), false);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<SnapshotRecord> members = new ArrayList<>();
    for (VolumeRecord volume : volumes) {
      members.add(
          new SnapshotRecord(
              Serial.random(),
              order.cluster(),
              order.name(),
              volume.pool(),
              volume.sizeBytes(),
              volume.serial(),
              now,
              Optional.of(unfinished)));
    }
    return new GroupRecord(unfinished.group(), members);
  }

  private GroupRecord make(GroupPool pool, GroupRecord group, Deadline deadline) {
    snapshots.put(group);
    FailPoints.pass("agent.group.start");
    try {
      pool.makeTogether(group.members(), deadline);
      pool.finish(group.members(), deadline);
    } catch (Failure failure) {
      undo(group, failure);
      throw failure;
    }
    GroupRecord finished = group.in(true);
    snapshots.put(finished);
    return finished;
  }

  /** Nobody was told of it, so nothing of it stays; what cannot be undone now is repaired later. */
  private void undo(GroupRecord group, Failure cause) {
    try {
      discard(group, Deadline.after(UNDO));
    } catch (Failure e) {
      LOG.warn("{} is half made and is removed later: {}", group.label(), e.sentence());
      cause.addSuppressed(e);
    }
  }

  private void discard(GroupRecord group, Deadline deadline) {
    pools.require(group.pool()).groups().removeTogether(group.members(), deadline);
    snapshots.remove(group);
  }

  /**
   * Removes the group snapshot with all its snapshots; nothing happens where this cluster has none
   * of that serial.
   *
   * @param said its snapshots as the caller knows them; empty when it does not say
   * @throws Failure INVALID_ARGUMENT when they are others
   */
  public void delete(String cluster, Serial serial, Set<Serial> said, Deadline deadline) {
    locks.hold(
        serial.digits(),
        deadline,
        () -> {
          deleteHeld(cluster, serial, said, deadline);
          return true;
        });
  }

  private void deleteHeld(String cluster, Serial serial, Set<Serial> said, Deadline deadline) {
    Optional<GroupRecord> found = find(cluster, serial);
    if (found.isEmpty()) {
      records.requireComplete();
      return;
    }
    GroupRecord group = found.get();
    requireMembers(group, said);
    // While one of them is copied it is not removed.
    Set<Serial> members = serials(group);
    locks.holdAll(
        digits(members),
        deadline,
        () -> {
          snapshots.put(group.in(false));
          FailPoints.pass("agent.group.before-removal");
          discard(group, deadline);
          return true;
        });
  }

  private static Set<Serial> serials(GroupRecord group) {
    return group.members().stream()
        .map(SnapshotRecord::serial)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of an earlier call that was broken off, snapshots may be gone that the caller still names. */
  private void requireMembers(GroupRecord group, Set<Serial> said) {
    if (said.isEmpty()) {
      return;
    }
    Set<Serial> unsaid = new TreeSet<>(serials(group));
    unsaid.removeAll(said);
    Set<Serial> alien = new TreeSet<>(said);
    alien.removeAll(serials(group));
    alien.removeIf(serial -> snapshots.find(group.cluster(), serial).isEmpty());
    if (!unsaid.isEmpty() || !alien.isEmpty()) {
      throw Failure.invalidArgument(
          "%s has the snapshots %s, and %s are given; give its own"
              .formatted(group.label(), serials(group), new TreeSet<>(said)));
    }
  }

  private Optional<GroupRecord> find(String cluster, Serial serial) {
    return snapshots.group(serial).filter(group -> group.cluster().equals(cluster));
  }

  /**
   * One group snapshot of this cluster.
   *
   * @throws Failure NOT_FOUND if there is none; UNAVAILABLE if that cannot be known now
   */
  public GroupRecord get(String cluster, Serial serial) {
    return find(cluster, serial)
        .filter(GroupRecord::finished)
        .orElseThrow(() -> records.missing("no group snapshot " + serial));
  }

  /** One group snapshot of this cluster by its name; as {@link #get(String, Serial)}. */
  public GroupRecord get(String cluster, String name) {
    return snapshots
        .group(cluster, name)
        .filter(GroupRecord::finished)
        .orElseThrow(() -> records.missing("no group snapshot of the name \"" + name + "\""));
  }

  /**
   * Ends what a crash or a failure has left half done: what was not finished is removed, what was
   * is finished with all its members. What a call is working on is left to the call.
   *
   * @return one sentence for each that cannot be repaired now
   */
  List<String> repair(Duration each) {
    List<String> problems = new ArrayList<>();
    for (GroupRecord group : snapshots.groups()) {
      if (!group.finished() || !group.agreed()) {
        locks.tryHold(
            group.serial().digits(),
            () -> snapshots.group(group.serial()).ifPresent(now -> repair(now, each, problems)));
      }
    }
    return problems;
  }

  private void repair(GroupRecord group, Duration each, List<String> problems) {
    try {
      if (!group.finished()) {
        discard(group, Deadline.after(each));
      } else if (!group.agreed()) {
        pools.require(group.pool()).groups().finish(group.members(), Deadline.after(each));
        snapshots.put(group.in(true));
      }
    } catch (Failure e) {
      problems.add(group.label() + ": " + e.sentence());
    }
  }
}
