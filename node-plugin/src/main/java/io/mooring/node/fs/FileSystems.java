package io.mooring.node.fs;

import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;

/**
 * File systems on a device. Everything here reaches the device, so it runs in child processes; a
 * device that does not answer ends in UNAVAILABLE or DEADLINE_EXCEEDED, never in a guess.
 */
public interface FileSystems {
  /**
   * What is on the device.
   *
   * @param sizeBytes the device's size, which it must have
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when any of the reads fails
   */
  Content probe(Path device, long sizeBytes, Deadline deadline);

  /**
   * Makes a file system, after proving once more that the device is blank.
   *
   * @param options further arguments of mkfs
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when the device is not blank
   */
  void format(FsType type, Path device, long sizeBytes, List<String> options, Deadline deadline);

  /**
   * Repairs what can be repaired without asking; xfs and btrfs do that when they are mounted.
   *
   * @throws io.mooring.runtime.failure.Failure INTERNAL when somebody has to look at it
   */
  void check(FsType type, Path device, Deadline deadline);

  /**
   * Reads the first and the last 4 KiB and the first 256 KiB past the page cache.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when a read fails
   */
  void readProof(Path device, long sizeBytes, Deadline deadline);

  /**
   * Writes zeros where {@link #probe} looks: what lies there is nobody's data.
   *
   * @param sizeBytes the device's size, which it must have
   */
  void blank(Path device, long sizeBytes, Deadline deadline);

  /**
   * How large the file system is, which may be less than its device.
   *
   * @param mountPoint where it is mounted
   */
  long sizeBytes(FsType type, Path device, Path mountPoint, Deadline deadline);

  /** Makes a mounted file system as large as its device; one that is that large stays as it is. */
  void grow(FsType type, Path device, Path mountPoint, Deadline deadline);

  /** Writes back what the page cache holds of a raw device. */
  void flush(Path device, Deadline deadline);

  /** Whether the kernel has given up the file system on {@code dm-N}. Looks only. */
  boolean superblockGone(FsType type, String dmName);

  /**
   * Whether the kernel has met errors in the file system on {@code dm-N} since it was last checked.
   * Looks only. Only an ext4 counts them.
   */
  boolean metErrors(FsType type, String dmName);

  /**
   * Whether the file system mounted there still works: an xfs that has shut down says nothing about
   * its root (xfs_vn_getattr, fs/xfs/xfs_iops.c), an ext4 that was stopped does not sync it
   * (ext4_sync_file, fs/ext4/fsync.c). The sync reaches the device, so an ext4 is asked only when
   * it has {@linkplain #metErrors met errors}.
   *
   * @param mountPoint where something is mounted
   * @throws io.mooring.runtime.failure.Failure DEADLINE_EXCEEDED when there is no answer in time
   */
  boolean answers(FsType type, Path mountPoint, Deadline deadline);

  /** How full the file system mounted there is. */
  Usage usage(Path mountPoint, Deadline deadline);
}
