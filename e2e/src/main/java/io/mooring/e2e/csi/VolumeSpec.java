package io.mooring.e2e.csi;

/**
 * What a PersistentVolumeClaim and its StorageClass ask for.
 *
 * @param name the CSI name
 * @param pool StorageClass parameter {@code pool}
 * @param sizeBytes required capacity
 */
public record VolumeSpec(String name, String pool, VolumeKind kind, long sizeBytes) {
  private static final long MIB = 1024L * 1024L;

  /** The smallest size that every kind can have (xfs wants 300 MiB). */
  public static final long STANDARD_BYTES = 320 * MIB;

  /** A volume of the standard size. */
  public static VolumeSpec of(String name, String pool, VolumeKind kind) {
    return new VolumeSpec(name, pool, kind, STANDARD_BYTES);
  }
}
