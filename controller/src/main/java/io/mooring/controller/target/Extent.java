package io.mooring.controller.target;

/**
 * A run of bytes of a volume.
 *
 * @param offset from its beginning
 * @param bytes at least 1
 */
public record Extent(long offset, long bytes) {
  /** The first byte after it. */
  public long end() {
    return offset + bytes;
  }
}
