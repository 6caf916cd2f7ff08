package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/**
 * Whether the kernel has stopped a staged file system after errors. It stays so, whatever its paths
 * do, until it is mounted anew.
 */
final class Stopped {
  /** The longest that a file system is waited for. */
  static final Duration LIMIT = Duration.ofSeconds(2);

  private final FileSystems fileSystems;

  Stopped(FileSystems fileSystems) {
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
  }

  /**
   * By mountinfo. Where that says nothing - of an xfs, and of an ext4 on kernels 6.12 to 6.14 - the
   * file system is asked itself, in a child process; an ext4 only after errors.
   *
   * @throws Failure DEADLINE_EXCEEDED when it does not answer
   */
  boolean is(TrackedVolume volume, VolumeDevice device, Mount staged, Deadline deadline) {
    if (volume.isStopped(staged)) {
      return true;
    }
    FsType type = FsType.parse(volume.fsType());
    boolean doubtful = type == FsType.XFS || fileSystems.metErrors(type, device.dmName());
    return doubtful && !fileSystems.answers(type, staged.mountPoint(), deadline.atMost(LIMIT));
  }
}
