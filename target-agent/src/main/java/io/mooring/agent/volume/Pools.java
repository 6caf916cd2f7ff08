package io.mooring.agent.volume;

import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.Pool;
import io.mooring.agent.pool.PoolScan;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host's pools by name, and the memory of which pool each name meant. */
public final class Pools {
  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final Documents<Seen> seen;
  private final Records records;
  private final SnapshotRecords snapshots;

  /** What a pool's name stood for when it was first used. */
  public record Seen(String identity) {}

  public Pools(List<Pool> pools, Documents<Seen> seen, Records records, SnapshotRecords snapshots) {
    pools.forEach(pool -> this.pools.put(pool.name(), pool));
    this.seen = seen;
    this.records = records;
    this.snapshots = snapshots;
  }

  public Collection<Pool> all() {
    return pools.values();
  }

  /**
   * A pool by the name that a caller gave.
   *
   * @throws Failure NOT_FOUND when there is none
   */
  public Pool require(String name) {
    Pool pool = pools.get(name);
    if (pool == null) {
      throw Failure.notFound(
          "this host has no pool \"%s\"; it has %s"
              .formatted(name, String.join(", ", pools.keySet())));
    }
    return pool;
  }

  /** The pool of a recorded volume. */
  Pool of(VolumeRecord volume) {
    return require(volume.pool());
  }

  /**
   * Reads the pools that were not read before; one that cannot be read does not keep the others
   * from serving.
   *
   * @return whether any was read now
   */
  public boolean readMissing(Duration each) {
    boolean any = false;
    for (Pool pool : pools.values()) {
      if (records.isRead(pool.name())) {
        continue;
      }
      try {
        read(pool, Deadline.after(each));
        any = true;
      } catch (Failure e) {
        records.unreadable(pool.name(), e.sentence());
      }
    }
    return any;
  }

  /**
   * Reads the pool's volumes into the records.
   *
   * @throws Failure when it is not there, or is not the one that was there before
   */
  private void read(Pool pool, Deadline deadline) {
    String identity = pool.identity(deadline);
    Optional<Seen> before = seen.get(pool.name());
    if (before.isPresent() && !before.get().identity().equals(identity)) {
      throw Failure.failedPrecondition(
          "pool %s is %s where it was %s before; bring back the former one, or remove the record of it (%s.json in the state directory) and restart the agent"
              .formatted(pool.name(), identity, before.get().identity(), pool.name()));
    }
    if (before.isEmpty()) {
      seen.put(pool.name(), new Seen(identity));
    }
    PoolScan scan = pool.scan(deadline);
    snapshots.load(scan.snapshots());
    records.load(pool.name(), scan);
  }
}
