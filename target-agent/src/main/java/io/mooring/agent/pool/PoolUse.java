package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * How full a pool is.
 *
 * @param sizeBytes what its volumes can occupy
 * @param promisedBytes the sizes of its volumes and snapshots together; more than the size where it
 *     is over-committed
 * @param dataRatio the share of the size that is occupied, 0 to 1
 * @param metadataRatio the share of its own metadata that is used, 0 to 1; none where it has none
 */
public record PoolUse(
    long sizeBytes, long promisedBytes, double dataRatio, OptionalDouble metadataRatio) {
  public PoolUse {
    requireNonNull(metadataRatio, "metadataRatio is null");
  }
}
