package io.mooring.node.fs;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a device, in bytes; both numbers are multiples of 4096, except for the end of a device
 * whose size is not.
 */
record Extent(long offset, long length) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;
  private static final long BLOCK = 4 * KIB;

  /**
   * Where marks are left that a format would destroy. The first 2 MiB and the last 1 MiB hold all
   * primary superblocks, partition tables and their backup, RAID and volume manager labels; behind
   * them lie copies: btrfs at 64 MiB and 256 GiB, ext4's second block group at 8 MiB (blocks of 1
   * KiB) and 128 MiB (4 KiB).
   */
  static List<Extent> marks(long sizeBytes) {
    List<Extent> marks = new ArrayList<>();
    long tail = aligned(Math.max(0, sizeBytes - MIB));
    marks.add(new Extent(0, Math.min(2 * MIB, sizeBytes)));
    for (long copy : List.of(8 * MIB, 64 * MIB, 128 * MIB, 256 * GIB)) {
      if (copy + BLOCK <= tail) {
        marks.add(new Extent(copy, BLOCK));
      }
    }
    if (sizeBytes > 2 * MIB) {
      marks.add(new Extent(tail, sizeBytes - tail));
    }
    return List.copyOf(marks);
  }

  /** The first 256 KiB. */
  static Extent head(long sizeBytes) {
    return new Extent(0, Math.min(256 * KIB, sizeBytes));
  }

  /** The last 4 KiB. */
  static Extent tail(long sizeBytes) {
    long offset = aligned(Math.max(0, sizeBytes - BLOCK));
    return new Extent(offset, sizeBytes - offset);
  }

  private static long aligned(long offset) {
    return offset / BLOCK * BLOCK;
  }
}
