package io.mooring.agent.pool;

/**
 * How far a pool may be filled.
 *
 * @param overCommit promised sizes may add up to this many times the pool's size
 * @param fullPercent no volume is made in a pool that has used this much of its space
 */
public record PoolLimits(double overCommit, int fullPercent) {}
