package io.mooring.agent;

import io.mooring.agent.pool.PoolStatus;
import io.mooring.agent.pool.PoolUse;
import io.mooring.runtime.metrics.Metrics;

/** How the pools are, for Prometheus. What is not known is not a number, and its series stay. */
final class PoolMetrics {
  private final Metrics.Level totalBytes;
  private final Metrics.Level availableBytes;
  private final Metrics.Level refusing;
  private final Metrics.Level sizeBytes;
  private final Metrics.Level promisedBytes;
  private final Metrics.Level dataRatio;
  private final Metrics.Level metadataRatio;

  PoolMetrics(Metrics metrics) {
    totalBytes =
        metrics.level("mooring_agent_pool_total_bytes", "What a pool can promise.", "pool");
    availableBytes =
        metrics.level(
            "mooring_agent_pool_available_bytes", "What a new volume may claim now.", "pool");
    refusing =
        metrics.level(
            "mooring_agent_pool_refusing", "1 while a pool takes no new volume at all.", "pool");
    sizeBytes =
        metrics.level(
            "mooring_agent_pool_size_bytes", "What the volumes of a pool can occupy.", "pool");
    promisedBytes =
        metrics.level(
            "mooring_agent_pool_promised_bytes",
            "The sizes of a pool's volumes and snapshots together.",
            "pool");
    dataRatio =
        metrics.level(
            "mooring_agent_pool_data_used_ratio", "The share of a pool that is occupied.", "pool");
    metadataRatio =
        metrics.level(
            "mooring_agent_pool_metadata_used_ratio",
            "The share of a thin pool's metadata that is used.",
            "pool");
  }

  void show(String pool, PoolStatus status) {
    totalBytes.set((double) status.totalBytes(), pool);
    availableBytes.set((double) status.availableBytes(), pool);
    refusing.set(status.refusal().isEmpty() ? 0 : 1, pool);
    sizeBytes.set(status.use().map(use -> (double) use.sizeBytes()).orElse(Double.NaN), pool);
    promisedBytes.set(
        status.use().map(use -> (double) use.promisedBytes()).orElse(Double.NaN), pool);
    dataRatio.set(status.use().map(PoolUse::dataRatio).orElse(Double.NaN), pool);
    metadataRatio.set(
        status.use().map(use -> use.metadataRatio().orElse(Double.NaN)).orElse(Double.NaN), pool);
  }
}
