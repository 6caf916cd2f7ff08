package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a pool has.
 *
 * @param totalBytes what the pool could ever promise to volumes
 * @param availableBytes what a new volume may claim now
 * @param maximumVolumeBytes the largest volume that could be made now
 * @param refusal empty when volumes can be made; otherwise one sentence: why not, and the remedy
 * @param use how full it is; empty when it could not be read
 */
public record PoolStatus(
    long totalBytes,
    long availableBytes,
    long maximumVolumeBytes,
    String refusal,
    Optional<PoolUse> use) {
  public PoolStatus {
    requireNonNull(refusal, "refusal is null");
    requireNonNull(use, "use is null");
  }

  /** Of a pool that cannot be read. */
  public static PoolStatus unknown(String refusal) {
    return new PoolStatus(0, 0, 0, refusal, Optional.empty());
  }
}
