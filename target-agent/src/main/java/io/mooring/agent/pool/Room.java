package io.mooring.agent.pool;

import io.mooring.runtime.failure.Failure;

/** Whether a pool can promise one more size. */
final class Room {
  private Room() {}

  /**
   * Checks it.
   *
   * @param largestBytes what the pool could promise at most, were all of its place its own
   * @param capacityBytes what it could promise now, were it empty
   * @param promisedBytes what it has promised to others
   * @param remedy how an administrator makes room
   * @throws Failure OUT_OF_RANGE when it can never be, RESOURCE_EXHAUSTED when there is no room now
   */
  static void require(
      String pool,
      long sizeBytes,
      long largestBytes,
      long capacityBytes,
      long promisedBytes,
      String remedy) {
    if (sizeBytes > largestBytes) {
      throw Failure.outOfRange(
          "pool %s has %d bytes in all where %d are asked for; ask for less, or %s"
              .formatted(pool, largestBytes, sizeBytes, remedy));
    }
    long free = capacityBytes - promisedBytes;
    if (sizeBytes > free) {
      throw Failure.resourceExhausted(
          "pool %s can promise %d more bytes where %d are asked for; %s, or raise pool.%s.over-commit"
              .formatted(pool, Math.max(0, free), sizeBytes, remedy, pool));
    }
  }
}
