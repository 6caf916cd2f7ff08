package io.mooring.agent.volume;

import io.mooring.runtime.failure.Failure;

/**
 * A size that is asked for.
 *
 * @param requiredBytes at least this; 0 for the smallest volume
 * @param limitBytes at most this; 0 for no limit
 */
public record SizeRange(long requiredBytes, long limitBytes) {
  public SizeRange {
    if (requiredBytes < 0 || limitBytes < 0) {
      throw Failure.invalidArgument("a size of a volume cannot be negative");
    }
    if (limitBytes > 0 && limitBytes < requiredBytes) {
      throw Failure.invalidArgument(
          "the limit of %d bytes is below the required %d bytes"
              .formatted(limitBytes, requiredBytes));
    }
  }

  boolean holds(long sizeBytes) {
    return sizeBytes >= requiredBytes && (limitBytes == 0 || sizeBytes <= limitBytes);
  }

  /**
   * What the pool makes of it.
   *
   * @param sizeBytes the required size in whole units of the pool
   * @throws Failure OUT_OF_RANGE when that is over the limit
   */
  long within(String pool, long sizeBytes) {
    if (!holds(sizeBytes)) {
      throw Failure.outOfRange(
          "pool %s makes volumes of %d bytes for the required %d, which is over the limit of %d; raise the limit"
              .formatted(pool, sizeBytes, requiredBytes, limitBytes));
    }
    return sizeBytes;
  }
}
