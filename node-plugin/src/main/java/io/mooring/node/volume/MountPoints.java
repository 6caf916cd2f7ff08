package io.mooring.node.volume;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The places that things are mounted on. Called only for paths with nothing mounted there: what is
 * mounted may hang, the directory below is on the node's own disk.
 */
final class MountPoints {
  private MountPoints() {}

  /**
   * An existing directory that nobody writes into while nothing is mounted on it: its mode forbids
   * it to all but root.
   */
  static void makeDirectory(Path path) {
    try {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path);
      }
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    } catch (IOException e) {
      throw unusable(path, "directory", e);
    }
  }

  /** An existing empty file, for a device node to appear at. */
  static void makeFile(Path path) {
    try {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createFile(path);
      }
    } catch (IOException e) {
      throw unusable(path, "file", e);
    }
  }

  /** Removes an empty directory or a file; nothing there is fine. Data is never deleted. */
  static void remove(Path path) {
    try {
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) > 0) {
        throw new DirectoryNotEmptyException(path.toString());
      }
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      throw Failure.failedPrecondition(
          path + " holds files on the node's own disk; move them away, then it is removed");
    } catch (IOException e) {
      throw unusable(path, "path", e);
    }
  }

  private static Failure unusable(Path path, String what, IOException e) {
    return new Failure(
        Kind.INTERNAL,
        "the %s %s cannot be used (%s); look at its parent directory"
            .formatted(what, path, e.getClass().getSimpleName() + ": " + e.getMessage()),
        e);
  }
}
