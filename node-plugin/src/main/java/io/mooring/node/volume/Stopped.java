package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;

/**
 * Whether the kernel has stopped a staged file system after errors. It stays so, whatever its paths
 * do, until it is mounted anew.
 */
final class Stopped {
  private final FileSystems fileSystems;

  Stopped(FileSystems fileSystems) {
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
  }

  /**
   * By mountinfo; an xfs is asked itself, in a child process.
   *
   * @throws Failure DEADLINE_EXCEEDED when it does not answer
   */
  boolean is(TrackedVolume volume, Mount staged, Deadline deadline) {
    return volume.isStopped(staged)
        || (staged.fsType().equals(FsType.XFS.toString())
            && !fileSystems.answers(staged.mountPoint(), deadline));
  }
}
