package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

/** As what a pod sees the volume. */
public sealed interface AccessType {
  /** A block device. */
  record Block() implements AccessType {}

  /**
   * A mounted file system.
   *
   * @param fsType empty leaves the choice to the node, which takes ext4
   */
  record FileSystem(String fsType) implements AccessType {
    public FileSystem {
      requireNonNull(fsType, "fsType is null");
    }
  }
}
