package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Step X7: a mounted file system becomes as large as its device, and says so itself. */
final class FileSystemGrowth {
  private static final Logger LOG = LoggerFactory.getLogger(FileSystemGrowth.class);

  /** ext4 and xfs leave a last piece of a device unused that is too small to hold their tables. */
  private static final int UNUSED_PART = 100;

  private static final long UNUSED_BYTES = 4L << 20;

  /** More than any of them leaves unused; a stage leaves a smaller rest for the next growth. */
  private static final long WORTH_GROWING = 16L << 20;

  private final FileSystems fileSystems;

  FileSystemGrowth(FileSystems fileSystems) {
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
  }

  /**
   * Grows it where it is smaller than its device.
   *
   * @throws Failure INTERNAL when it stays smaller
   */
  void fill(VolumeDevice device, FsType type, Path mountPoint, Deadline deadline) {
    if (!fills(device, fileSystems.sizeBytes(type, device.node(), mountPoint, deadline))) {
      grow(device, type, mountPoint, deadline);
    }
  }

  /**
   * Grows it as far as it can be; nothing happens to one that has grown already. How much a growth
   * must be to be seen is not asked: a hundredth of a large volume is much.
   *
   * @throws Failure INTERNAL when it stays smaller
   */
  void grow(VolumeDevice device, FsType type, Path mountPoint, Deadline deadline) {
    LOG.info("{}: {} at {} grows to {} bytes", device, type, mountPoint, device.sizeBytes());
    FailPoints.pass("node.expand.before-grow");
    fileSystems.grow(type, device.node(), mountPoint, deadline);
    FailPoints.pass("node.expand.after-grow");
    long sizeBytes = fileSystems.sizeBytes(type, device.node(), mountPoint, deadline);
    if (sizeBytes < device.sizeBytes() - unused(device)) {
      throw Failure.internal(
          "the %s file system at %s was grown and is still smaller than %s; look at this host's kernel log"
              .formatted(type, mountPoint, device));
    }
  }

  /** Whether a file system of that size leaves nothing of the device unused that it could use. */
  static boolean fills(VolumeDevice device, long sizeBytes) {
    return sizeBytes >= device.sizeBytes() - Math.min(unused(device), WORTH_GROWING);
  }

  private static long unused(VolumeDevice device) {
    return Math.max(device.sizeBytes() / UNUSED_PART, UNUSED_BYTES);
  }
}
