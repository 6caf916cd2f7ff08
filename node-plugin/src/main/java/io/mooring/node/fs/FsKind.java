package io.mooring.node.fs;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;

/** What one kind of file system has of its own: its programs, what they say, the kernel's sign. */
interface FsKind {
  /**
   * Makes one on a blank device. Discarding is left out: the discard of a large thin volume takes
   * minutes and frees nothing.
   *
   * @param options of the StorageClass, each followed by its value
   */
  Command make(Path device, List<String> options);

  /** As {@link FileSystems#check}. */
  void check(Path device, Deadline deadline);

  /** As {@link FileSystems#sizeBytes}. */
  long sizeBytes(Path device, Path mountPoint, Deadline deadline);

  /** Makes a mounted one as large as its device. */
  Command grow(Path device, Path mountPoint);

  /** Whether the kernel has one on {@code dm-N}, mounted anywhere. */
  boolean held(String dmName);

  /** As {@link FileSystems#metErrors}. */
  default boolean metErrors(String dmName) {
    return false;
  }

  /** What ends with 1 when the mounted one does not work any more. */
  default Command question(Path mountPoint) {
    return Command.of("stat", "-c", "%i", mountPoint.toString());
  }
}
