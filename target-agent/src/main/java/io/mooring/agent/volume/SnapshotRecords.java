package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.GroupRecord;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All snapshots in memory, as the pools hold them; changed only after a pool confirmed the change.
 * Whether all pools have been read is known to {@link Records}. Thread-safe.
 */
public final class SnapshotRecords {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRecords.class);

  private final Records records;
  private final NavigableMap<Serial, SnapshotRecord> snapshots = new TreeMap<>();

  public SnapshotRecords(Records records) {
    this.records = requireNonNull(records, "records is null");
  }

  /** Takes over what a pool holds; of two with one name the older is the one that was answered. */
  synchronized void load(List<SnapshotRecord> found) {
    List<SnapshotRecord> oldestFirst =
        found.stream().sorted(Comparator.comparing(SnapshotRecord::createdAt)).toList();
    for (SnapshotRecord snapshot : oldestFirst) {
      Optional<SnapshotRecord> twin = twin(snapshot);
      if (twin.isPresent()) {
        LOG.warn(
            "{} in pool {} has the name of {} in pool {} and is not served; remove it there",
            snapshot.label(),
            snapshot.pool(),
            twin.get().label(),
            twin.get().pool());
      } else {
        snapshots.put(snapshot.serial(), snapshot);
      }
    }
  }

  /** Members of one group have one name; that no other group has it is seen to by their maker. */
  private Optional<SnapshotRecord> twin(SnapshotRecord snapshot) {
    return snapshot.group().isPresent() || isHalfMade(snapshot)
        ? Optional.empty()
        : find(snapshot.cluster(), snapshot.name());
  }

  /** A snapshot of this cluster; those of others do not exist for it. */
  public synchronized Optional<SnapshotRecord> find(String cluster, Serial serial) {
    return Optional.ofNullable(snapshots.get(serial))
        .filter(snapshot -> snapshot.cluster().equals(cluster) && isWhole(snapshot));
  }

  /** A snapshot of any cluster. */
  synchronized Optional<SnapshotRecord> find(Serial serial) {
    return Optional.ofNullable(snapshots.get(serial));
  }

  /** A snapshot exists for nobody while it, or the group that it belongs to, is not finished. */
  private boolean isWhole(SnapshotRecord snapshot) {
    return isWhole(snapshot, snapshot.group().isEmpty() ? Set.of() : unfinished());
  }

  private static boolean isWhole(SnapshotRecord snapshot, Set<Serial> unfinished) {
    return snapshot
        .group()
        .map(one -> !unfinished.contains(one.group()))
        .orElse(!isHalfMade(snapshot));
  }

  private static boolean isHalfMade(SnapshotRecord snapshot) {
    return snapshot.state() == SnapshotRecord.State.CREATING;
  }

  /** What an earlier process has begun and nobody was told of. */
  synchronized List<SnapshotRecord> halfMade() {
    return snapshots.values().stream().filter(SnapshotRecords::isHalfMade).toList();
  }

  private Set<Serial> unfinished() {
    return groups().stream()
        .filter(group -> !group.finished())
        .map(GroupRecord::serial)
        .collect(Collectors.toSet());
  }

  /**
   * A snapshot of this cluster.
   *
   * @throws Failure NOT_FOUND if there is none; UNAVAILABLE if that cannot be known now
   */
  SnapshotRecord require(String cluster, Serial serial) {
    return find(cluster, serial).orElseThrow(() -> records.missing("no snapshot " + serial));
  }

  /** A snapshot by its own name, which members of groups do not have. */
  public synchronized Optional<SnapshotRecord> find(String cluster, String name) {
    return snapshots.values().stream()
        .filter(snapshot -> snapshot.group().isEmpty() && !isHalfMade(snapshot))
        .filter(snapshot -> snapshot.cluster().equals(cluster) && snapshot.name().equals(name))
        .findFirst();
  }

  /** All snapshots of all clusters, by serial. */
  public synchronized List<SnapshotRecord> all() {
    Set<Serial> unfinished = unfinished();
    return snapshots.values().stream().filter(one -> isWhole(one, unfinished)).toList();
  }

  /** All group snapshots of all clusters, by serial; half-made ones, too. */
  synchronized List<GroupRecord> groups() {
    NavigableMap<Serial, List<SnapshotRecord>> members = new TreeMap<>();
    for (SnapshotRecord snapshot : snapshots.values()) {
      snapshot
          .group()
          .ifPresent(membership ->
              members.computeIfAbsent(membership.group(), _ -> new ArrayList<>()).add(snapshot));
    }
    return members.entrySet().stream()
        .map(entry -> new GroupRecord(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** A group snapshot of any cluster; perhaps a half-made one. */
  synchronized Optional<GroupRecord> group(Serial serial) {
    return groups().stream().filter(group -> group.serial().equals(serial)).findFirst();
  }

  /** A group snapshot of this cluster by its name; perhaps a half-made one. */
  synchronized Optional<GroupRecord> group(String cluster, String name) {
    return groups().stream()
        .filter(group -> group.cluster().equals(cluster) && group.name().equals(name))
        .findFirst();
  }

  public synchronized void put(SnapshotRecord snapshot) {
    snapshots.put(snapshot.serial(), snapshot);
  }

  synchronized void put(GroupRecord group) {
    group.members().forEach(this::put);
  }

  public synchronized void remove(Serial serial) {
    snapshots.remove(serial);
  }

  synchronized void remove(GroupRecord group) {
    group.members().forEach(member -> remove(member.serial()));
  }
}
