package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.pool.Pool;
import io.mooring.agent.pool.PoolStatus;
import io.mooring.agent.v1.Target;
import io.mooring.agent.volume.Pools;
import io.mooring.agent.volume.Records;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.function.Supplier;

/** The host as it is now; a pool that is not there keeps nothing else from being told. */
final class TargetStatus implements Supplier<Target> {
  private static final Duration EACH = Duration.ofSeconds(20);

  private final String name;
  private final String version;
  private final Messages messages;
  private final Pools pools;
  private final Records records;
  private final Metrics.Level totalBytes;
  private final Metrics.Level availableBytes;

  TargetStatus(
      String name,
      String version,
      Messages messages,
      Pools pools,
      Records records,
      Metrics metrics) {
    this.name = requireNonNull(name, "name is null");
    this.version = requireNonNull(version, "version is null");
    this.messages = requireNonNull(messages, "messages is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.records = requireNonNull(records, "records is null");
    totalBytes =
        metrics.level("mooring_agent_pool_total_bytes", "What a pool can promise.", "pool");
    availableBytes =
        metrics.level(
            "mooring_agent_pool_available_bytes", "What a new volume may claim now.", "pool");
  }

  @Override
  public Target get() {
    Target.Builder target =
        Target.newBuilder().setName(name).setVersion(version).addAllPortals(messages.portals());
    for (Pool pool : pools.all()) {
      PoolStatus status = status(pool);
      totalBytes.set((double) status.totalBytes(), pool.name());
      availableBytes.set((double) status.availableBytes(), pool.name());
      target.addPools(Messages.pool(pool, status));
    }
    return target.build();
  }

  private PoolStatus status(Pool pool) {
    try {
      if (!records.isRead(pool.name())) {
        return new PoolStatus(0, 0, 0, String.join("; ", records.troubles()));
      }
      return pool.status(Deadline.after(EACH));
    } catch (Failure e) {
      return new PoolStatus(0, 0, 0, e.sentence());
    }
  }
}
