package io.mooring.node.volume;

import io.mooring.node.cgroup.IoMax;

/**
 * How much each pod may ask of a volume, as its storage host says. 0 means no limit.
 *
 * @param revision tells the newer from the older; 0 for a volume that never had limits
 */
public record VolumeLimits(
    long readIops,
    long writeIops,
    long readBytesPerSecond,
    long writeBytesPerSecond,
    long revision) {
  /** No limit, and there never was one. */
  public static final VolumeLimits NEVER = new VolumeLimits(0, 0, 0, 0, 0);

  /** These, or others that are newer. */
  VolumeLimits orNewer(VolumeLimits other) {
    return other.revision > revision ? other : this;
  }

  IoMax io() {
    return new IoMax(readBytesPerSecond, writeBytesPerSecond, readIops, writeIops);
  }
}
