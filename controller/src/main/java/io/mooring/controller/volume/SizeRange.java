package io.mooring.controller.volume;

import io.mooring.runtime.failure.Failure;

/**
 * A wanted size, as CSI's {@code CapacityRange}.
 *
 * @param requiredBytes at least this; 0 where nothing is said
 * @param limitBytes at most this; 0 where nothing is said
 */
public record SizeRange(long requiredBytes, long limitBytes) {
  /** Nothing is said. */
  public static final SizeRange ANY = new SizeRange(0, 0);

  /** The size of a volume for which none is given. */
  static final long DEFAULT_BYTES = 1L << 30;

  // Hosts round up to their extent size; a size made of whole extents stays as it is.
  private static final long EXTENT_BYTES = 4L << 20;

  public SizeRange {
    if (requiredBytes < 0 || limitBytes < 0) {
      throw Failure.invalidArgument(
          "capacity_range: required_bytes %d and limit_bytes %d must not be negative"
              .formatted(requiredBytes, limitBytes));
    }
    if (limitBytes > 0 && limitBytes < requiredBytes) {
      throw Failure.invalidArgument(
          "capacity_range: limit_bytes %d is below required_bytes %d"
              .formatted(limitBytes, requiredBytes));
    }
  }

  /** Whether a volume of that size will do. */
  public boolean holds(long sizeBytes) {
    return sizeBytes >= requiredBytes && (limitBytes == 0 || sizeBytes <= limitBytes);
  }

  /**
   * What to ask a host for: the required size, else the default, raised to a minimum.
   *
   * @param minimumBytes what the use of the volume needs; 0 for nothing special
   */
  public SizeRange toAskFor(long minimumBytes) {
    if (limitBytes > 0 && limitBytes < minimumBytes) {
      throw Failure.outOfRange(
          ("capacity_range: limit_bytes %d is below the %d bytes that this file system needs at least"
                  + " (xfs and btrfs have such a minimum); raise it or use ext4")
              .formatted(limitBytes, minimumBytes));
    }
    long wanted = requiredBytes > 0 ? requiredBytes : defaultBytes();
    return new SizeRange(Math.max(wanted, minimumBytes), limitBytes);
  }

  private long defaultBytes() {
    if (limitBytes == 0 || limitBytes >= DEFAULT_BYTES) {
      return DEFAULT_BYTES;
    }
    return Math.max(1, limitBytes / EXTENT_BYTES * EXTENT_BYTES);
  }
}
