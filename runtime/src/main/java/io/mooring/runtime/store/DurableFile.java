package io.mooring.runtime.store;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that are there whole or not at all, whenever the power fails: written beside, synced,
 * renamed, and the directory synced.
 */
public final class DurableFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private DurableFile() {}

  /**
   * Replaces the file's content; mode 0600. When this returns, the content is on the disk.
   *
   * @throws Failure INTERNAL when the file system refuses; the old content is still there then
   */
  public static void write(Path file, byte[] content) {
    Path directory = directoryOf(file);
    try {
      Path fresh =
          Files.createTempFile(directory, "." + file.getFileName() + ".", ".tmp", OWNER_ONLY);
      try {
        fill(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      sync(directory);
    } catch (IOException e) {
      throw Failure.internal(
          "%s could not be written: %s; look at the space and the health of its file system"
              .formatted(file, e),
          e);
    }
  }

  /**
   * Removes the file if it is there. When this returns, the removal is on the disk.
   *
   * @throws Failure INTERNAL when the file system refuses
   */
  public static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
      sync(directoryOf(file));
    } catch (IOException e) {
      throw Failure.internal(
          "%s could not be removed: %s; look at the health of its file system".formatted(file, e),
          e);
    }
  }

  /**
   * Removes what a crash in the middle of {@link #write} left in the directory.
   *
   * @param suffix of the files that were being written
   */
  static void removeLeftovers(Path directory, String suffix) throws IOException {
    String names = ".*" + suffix + ".*.tmp";
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, names)) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  /** A rename or removal is durable only once the directory is. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void fill(Path fresh, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private static Path directoryOf(Path file) {
    return requireNonNull(file.toAbsolutePath().getParent(), "the root is no file");
  }
}
