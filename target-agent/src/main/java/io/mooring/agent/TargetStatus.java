package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.pool.Pool;
import io.mooring.agent.pool.PoolStatus;
import io.mooring.agent.v1.Target;
import io.mooring.agent.volume.Pools;
import io.mooring.agent.volume.Records;
import io.mooring.runtime.failure.Failure;
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
  private final PoolMetrics metrics;

  TargetStatus(
      String name,
      String version,
      Messages messages,
      Pools pools,
      Records records,
      PoolMetrics metrics) {
    this.name = requireNonNull(name, "name is null");
    this.version = requireNonNull(version, "version is null");
    this.messages = requireNonNull(messages, "messages is null");
    this.pools = requireNonNull(pools, "pools is null");
    this.records = requireNonNull(records, "records is null");
    this.metrics = requireNonNull(metrics, "metrics is null");
  }

  @Override
  public Target get() {
    Target.Builder target =
        Target.newBuilder().setName(name).setVersion(version).addAllPortals(messages.portals());
    for (Pool pool : pools.all()) {
      PoolStatus status = status(pool);
      metrics.show(pool.name(), status);
      target.addPools(Messages.pool(pool, status));
    }
    return target.build();
  }

  private PoolStatus status(Pool pool) {
    try {
      if (!records.isRead(pool.name())) {
        return PoolStatus.unknown(String.join("; ", records.troubles()));
      }
      return pool.status(Deadline.after(EACH));
    } catch (Failure e) {
      return PoolStatus.unknown(e.sentence());
    }
  }
}
