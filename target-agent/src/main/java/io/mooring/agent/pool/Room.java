package io.mooring.agent.pool;

import io.mooring.runtime.failure.Failure;

/** Whether a pool can promise one more size. */
final class Room {
  private Room() {}

  /**
   * Checks it.
   *
   * @param capacityBytes what the pool could promise were it empty
   * @param promisedBytes what it has promised to others
   * @param remedy how an administrator makes room
   * @throws Failure OUT_OF_RANGE when even an empty pool were too small; RESOURCE_EXHAUSTED when it
   *     has no room now
   */
  static void require(
      String pool, long sizeBytes, long capacityBytes, long promisedBytes, String remedy) {
    if (sizeBytes > capacityBytes) {
      throw Failure.outOfRange(
          "pool %s has %d bytes in all where %d are asked for; ask for less, or %s"
              .formatted(pool, capacityBytes, sizeBytes, remedy));
    }
    long free = capacityBytes - promisedBytes;
    if (sizeBytes > free) {
      throw Failure.resourceExhausted(
          "pool %s can promise %d more bytes where %d are asked for; %s, or raise pool.%s.over-commit"
              .formatted(pool, Math.max(0, free), sizeBytes, remedy, pool));
    }
  }
}
