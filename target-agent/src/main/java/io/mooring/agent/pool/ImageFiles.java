package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** The sparse files of a file pool. */
final class ImageFiles {
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final int BLOCK_BYTES = 512;

  private final Path directory;
  private final CommandRunner commands;

  ImageFiles(Path directory, CommandRunner commands) {
    this.directory = requireNonNull(directory, "directory is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * @param totalBytes of the file system
   * @param usableBytes what it has left
   * @param allocatedBytes what the images occupy of it
   */
  record Space(long totalBytes, long usableBytes, long allocatedBytes) {}

  Path path(Serial serial) {
    return directory.resolve(serial + ".img");
  }

  boolean exists(Serial serial) {
    return Files.isRegularFile(path(serial));
  }

  long length(Serial serial) {
    try {
      return Files.size(path(serial));
    } catch (IOException e) {
      throw refused("look at", path(serial), e);
    }
  }

  /** Makes the file with that length and no blocks, or corrects a half-made one. */
  void make(Serial serial, long bytes) {
    Path path = path(serial);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      file.setLength(bytes);
      file.getFD().sync();
    } catch (IOException e) {
      throw refused("make", path, e);
    }
    syncDirectory();
  }

  /** Makes the file longer; what is added has no blocks and reads as zeros. */
  void extend(Serial serial, long bytes) {
    Path path = path(serial);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      if (file.length() < bytes) {
        file.setLength(bytes);
      }
      file.getFD().sync();
    } catch (IOException e) {
      throw refused("extend", path, e);
    }
  }

  void delete(Serial serial) {
    try {
      Files.deleteIfExists(path(serial));
    } catch (IOException e) {
      throw refused("delete", path(serial), e);
    }
    syncDirectory();
  }

  Space space(Deadline deadline) {
    try {
      FileStore store = Files.getFileStore(directory);
      return new Space(store.getTotalSpace(), store.getUsableSpace(), allocatedBytes(deadline));
    } catch (IOException e) {
      throw refused("look at the space of", directory, e);
    }
  }

  /** The JDK does not tell how many blocks a file has. */
  private long allocatedBytes(Deadline deadline) {
    String blocks =
        commands
            .run(
                Command.of(
                    "find",
                    directory.toString(),
                    "-maxdepth",
                    "1",
                    "-name",
                    "*.img",
                    "-printf",
                    "%b\\n"),
                deadline.atMost(LOOK))
            .orFail("look at the images in " + directory)
            .stdout();
    return blocks.lines().mapToLong(Long::parseLong).sum() * BLOCK_BYTES;
  }

  private void syncDirectory() {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw refused("sync", directory, e);
    }
  }

  private static Failure refused(String action, Path path, IOException e) {
    return Failure.internal(
        "could not %s %s: %s; check the file system of the pool".formatted(action, path, e), e);
  }
}
