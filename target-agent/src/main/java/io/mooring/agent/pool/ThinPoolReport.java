package io.mooring.agent.pool;

/**
 * The row that {@code lvs} has for a thin pool.
 *
 * @param segmentType {@code thin-pool}, unless the configuration names another kind of volume
 * @param metadataBytes the size of the pool's own metadata
 * @param dataPercent of the data blocks are used
 * @param metadataPercent of the pool's own metadata is used
 * @param zeroes whether new blocks are zeroed before they are seen
 * @param whenFull {@code error} or {@code queue}
 * @param groupUuid of the volume group
 * @param poolUuid of the pool's LV
 * @param extentBytes what sizes are rounded to
 * @param groupMetadataBytes the size of the volume group's metadata area
 * @param groupMetadataFreeBytes what of it is unused
 */
record ThinPoolReport(
    String segmentType,
    long sizeBytes,
    long metadataBytes,
    double dataPercent,
    double metadataPercent,
    boolean zeroes,
    String whenFull,
    String groupUuid,
    String poolUuid,
    long extentBytes,
    long groupMetadataBytes,
    long groupMetadataFreeBytes) {
  /** LVM makes no thin volume while less than the smaller of both is free of the metadata. */
  private static final double LVM_KEEPS_BYTES = 4 << 20;

  private static final double LVM_KEEPS_PERCENT = 25;

  /**
   * From here on LVM refuses to make thin volumes, as {@code pool_metadata_min_threshold} in its
   * lib/metadata/pool_manip.c has it.
   */
  double metadataLimitPercent() {
    return 100 - Math.min(LVM_KEEPS_PERCENT, 100 * LVM_KEEPS_BYTES / metadataBytes);
  }
}
