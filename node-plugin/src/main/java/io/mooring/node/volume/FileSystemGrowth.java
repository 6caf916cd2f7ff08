package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Step X7: a mounted file system becomes as large as its map, and says so itself. */
final class FileSystemGrowth {
  private static final Logger LOG = LoggerFactory.getLogger(FileSystemGrowth.class);

  /** ext4 and xfs leave a last piece of a device unused that is too small to hold their tables. */
  private static final int UNUSED_PART = 100;

  private static final long UNUSED_BYTES = 4L << 20;

  private final FileSystems fileSystems;

  FileSystemGrowth(FileSystems fileSystems) {
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
  }

  /**
   * Grows it where it is smaller than its map.
   *
   * @throws Failure INTERNAL when it stays smaller
   */
  void fill(MultipathMap map, FsType type, Path mountPoint, Deadline deadline) {
    if (fills(map, type, mountPoint, deadline)) {
      return;
    }
    LOG.info("{}: {} at {} grows to {} bytes", map, type, mountPoint, map.sizeBytes());
    FailPoints.pass("node.expand.before-grow");
    fileSystems.grow(type, map.device(), mountPoint, deadline);
    FailPoints.pass("node.expand.after-grow");
    if (!fills(map, type, mountPoint, deadline)) {
      throw Failure.internal(
          "the %s file system at %s was grown and is still smaller than %s; look at this host's kernel log"
              .formatted(type, mountPoint, map));
    }
  }

  private boolean fills(MultipathMap map, FsType type, Path mountPoint, Deadline deadline) {
    return fills(map, fileSystems.sizeBytes(type, map.device(), mountPoint, deadline));
  }

  /** Whether a file system of that size leaves nothing of the map unused that it could use. */
  static boolean fills(MultipathMap map, long sizeBytes) {
    long unused = Math.max(map.sizeBytes() / UNUSED_PART, UNUSED_BYTES);
    return sizeBytes >= map.sizeBytes() - unused;
  }
}
