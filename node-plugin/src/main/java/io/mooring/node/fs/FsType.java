package io.mooring.node.fs;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The file systems that a volume can be formatted with. */
public enum FsType {
  EXT4,
  XFS,
  BTRFS;

  /**
   * From a CSI {@code fs_type}.
   *
   * @throws Failure INVALID_ARGUMENT for any other
   */
  public static FsType parse(String text) {
    return Arrays.stream(values())
        .filter(type -> type.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            Failure.invalidArgument(
                "file system '%s' is not offered; use one of %s"
                    .formatted(text, Arrays.toString(values()))));
  }

  /**
   * The mount options that a volume needs besides those of its StorageClass.
   *
   * @param writeProtected whether the LUN is: its log cannot be replayed, so it has to be left
   *     alone
   */
  public List<String> mountOptions(boolean writeProtected) {
    List<String> options = new ArrayList<>();
    if (this == XFS) {
      // A copy has the uuid of what it is a copy of, and xfs mounts one of them only unless it is
      // told not to mind; the map's WWID tells them apart.
      options.add("nouuid");
    }
    if (writeProtected) {
      options.add("ro");
      options.add(
          switch (this) {
            case EXT4 -> "noload";
            case XFS -> "norecovery";
            case BTRFS -> "rescue=nologreplay";
          });
    }
    return List.copyOf(options);
  }

  /** The kernel's name for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
