package io.mooring.node.fs;

import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The uuids by which the kernel tells one btrfs from another, whatever devices they are on. */
public interface Fsids {
  /**
   * The fsid of the btrfs on a device.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when it cannot be read;
   *     FAILED_PRECONDITION when it cannot be mounted from this device alone
   */
  UUID of(Path device, Deadline deadline);

  /** Gives another fsid to the btrfs on a device that nobody else uses, and proves it. */
  void change(Path device, UUID fsid, Deadline deadline);

  /** The kernel's names of the devices that are mounted under that fsid. Looks only. */
  List<String> mounted(UUID fsid);
}
