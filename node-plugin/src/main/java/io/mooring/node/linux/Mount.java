package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * One line of mountinfo (proc(5)).
 *
 * @param mountPoint where it is mounted, seen from the root of the namespace
 * @param root which part of the file system is mounted; {@code /} unless it is a bind mount of a
 *     part, the file's own path for a bind mount of a file
 * @param device the number of the file system's device, also of a btrfs, for which the kernel shows
 *     another one; a made-up one for those without a device
 * @param fsType for example {@code ext4} or {@code devtmpfs}
 * @param source what was given to mount, mostly the device's path; not proof of anything
 * @param options options of this mount point, comma separated, for example {@code rw,relatime}
 * @param superOptions options of the file system, comma separated
 */
public record Mount(
    Path mountPoint,
    String root,
    DeviceNumber device,
    String fsType,
    String source,
    String options,
    String superOptions) {
  public Mount {
    requireNonNull(mountPoint, "mountPoint is null");
    requireNonNull(root, "root is null");
    requireNonNull(device, "device is null");
    requireNonNull(fsType, "fsType is null");
    requireNonNull(source, "source is null");
    requireNonNull(options, "options is null");
    requireNonNull(superOptions, "superOptions is null");
  }

  /** Whether nothing can be written through this mount point. */
  public boolean readOnly() {
    return has(options, "ro") || fileSystemReadOnly();
  }

  /** Whether nothing can be written to the file system, through whatever mount point. */
  public boolean fileSystemReadOnly() {
    return has(superOptions, "ro");
  }

  /**
   * Whether the kernel has stopped the file system after errors: ext4 says {@code emergency_ro} or
   * {@code shutdown} where it no longer says {@code ro} (fs/ext4/super.c, since 6.15), btrfs says
   * {@code ro}. xfs says nothing, nor does ext4 in between (6.12 to 6.14).
   */
  public boolean stopped() {
    return has(superOptions, "emergency_ro") || has(superOptions, "shutdown");
  }

  private static boolean has(String options, String option) {
    return ("," + options + ",").contains("," + option + ",");
  }
}
