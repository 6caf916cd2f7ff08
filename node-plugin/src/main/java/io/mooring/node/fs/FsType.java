package io.mooring.node.fs;

import io.mooring.runtime.failure.Failure;
import java.util.Locale;

/** The file systems that a volume can be formatted with. */
public enum FsType {
  EXT4,
  XFS;

  /**
   * From a CSI {@code fs_type}.
   *
   * @throws Failure INVALID_ARGUMENT for any other
   */
  public static FsType parse(String text) {
    return switch (text) {
      case "ext4" -> EXT4;
      case "xfs" -> XFS;
      default ->
          throw Failure.invalidArgument(
              "file system '" + text + "' is not offered; use ext4 or xfs");
    };
  }

  /** The kernel's name for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
