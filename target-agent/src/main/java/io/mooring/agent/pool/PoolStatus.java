package io.mooring.agent.pool;

/**
 * What a pool has.
 *
 * @param totalBytes what the pool could ever promise to volumes
 * @param availableBytes what a new volume may claim now
 * @param maximumVolumeBytes the largest volume that could be made now
 * @param refusal empty when volumes can be made; otherwise one sentence: why not, and the remedy
 */
public record PoolStatus(
    long totalBytes, long availableBytes, long maximumVolumeBytes, String refusal) {}
