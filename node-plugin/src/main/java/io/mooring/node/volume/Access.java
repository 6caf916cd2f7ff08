package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FsType;
import java.util.List;

/** How a volume is used. */
public sealed interface Access {
  /**
   * As a mounted file system.
   *
   * @param options mount options as the StorageClass and the kubelet give them; a comma may be
   *     within quotes
   */
  record FileSystem(FsType type, List<String> options) implements Access {
    public FileSystem {
      requireNonNull(type, "type is null");
      options = List.copyOf(options);
    }
  }

  /** As a raw device. */
  record Block() implements Access {}
}
