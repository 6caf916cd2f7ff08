package io.mooring.controller.target;

/**
 * How much each pod that uses a volume may ask of it, as its storage host keeps it. 0 means no
 * limit.
 *
 * @param revision the host's count of changes, by which nodes tell the newest; 0 for a volume that
 *     never had limits, and in requests
 */
public record VolumeLimits(
    long readIops,
    long writeIops,
    long readBytesPerSecond,
    long writeBytesPerSecond,
    long revision) {
  /** No limit. */
  public static final VolumeLimits NONE = new VolumeLimits(0, 0, 0, 0, 0);

  /** Whether they allow as much, whenever that was said. */
  public boolean allowAsMuchAs(VolumeLimits other) {
    return readIops == other.readIops
        && writeIops == other.writeIops
        && readBytesPerSecond == other.readBytesPerSecond
        && writeBytesPerSecond == other.writeBytesPerSecond;
  }
}
