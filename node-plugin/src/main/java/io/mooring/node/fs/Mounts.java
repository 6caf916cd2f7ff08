package io.mooring.node.fs;

import io.mooring.node.linux.Mount;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;

/** The host's mounts. Looking reads mountinfo only; mount and umount are child processes. */
public interface Mounts {
  /** Every mount of the host, the lower ones of a stack first. */
  List<Mount> table();

  /** The mounts at exactly that path, lowest first. */
  default List<Mount> at(Path mountPoint) {
    Path normal = mountPoint.normalize();
    return table().stream().filter(mount -> mount.mountPoint().equals(normal)).toList();
  }

  /** Mounts a device's file system. */
  void mount(Path device, Path target, FsType type, List<String> options, Deadline deadline);

  /**
   * Makes a directory or a device node appear at another path, which must exist; read-only when
   * asked.
   */
  void bind(Path source, Path target, boolean readOnly, Deadline deadline);

  /**
   * Unmounts every layer at that path; none is fine. Never lazy and never forced.
   *
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION while it is in use
   */
  void unmount(Path target, Deadline deadline);
}
