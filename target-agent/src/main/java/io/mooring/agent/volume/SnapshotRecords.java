package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failure.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
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
      Optional<SnapshotRecord> twin = find(snapshot.cluster(), snapshot.name());
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

  /** A snapshot of this cluster; those of others do not exist for it. */
  public synchronized Optional<SnapshotRecord> find(String cluster, Serial serial) {
    return Optional.ofNullable(snapshots.get(serial))
        .filter(snapshot -> snapshot.cluster().equals(cluster));
  }

  /**
   * A snapshot of this cluster.
   *
   * @throws Failure NOT_FOUND if there is none; UNAVAILABLE if that cannot be known now
   */
  SnapshotRecord require(String cluster, Serial serial) {
    return find(cluster, serial).orElseThrow(() -> records.missing("no snapshot " + serial));
  }

  public synchronized Optional<SnapshotRecord> find(String cluster, String name) {
    return snapshots.values().stream()
        .filter(snapshot -> snapshot.cluster().equals(cluster) && snapshot.name().equals(name))
        .findFirst();
  }

  /** All snapshots of all clusters, by serial. */
  public synchronized List<SnapshotRecord> all() {
    return List.copyOf(snapshots.values());
  }

  public synchronized void put(SnapshotRecord snapshot) {
    snapshots.put(snapshot.serial(), snapshot);
  }

  public synchronized void remove(Serial serial) {
    snapshots.remove(serial);
  }
}
