package io.mooring.agent.pool;

/**
 * A run of bytes of a volume.
 *
 * @param offset from its beginning
 * @param bytes at least 1
 */
public record Extent(long offset, long bytes) {
  public Extent {
    if (offset < 0 || bytes < 1) {
      throw new IllegalArgumentException("no extent: " + offset + "+" + bytes);
    }
  }

  /** The first byte after it. */
  public long end() {
    return offset + bytes;
  }
}
