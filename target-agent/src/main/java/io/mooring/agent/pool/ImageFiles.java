package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The sparse files of a file pool. */
final class ImageFiles {
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final int BLOCK_BYTES = 512;

  /** Blocks are shared and not copied, but a file in many pieces has many entries to share. */
  private static final Duration COPY = Duration.ofMinutes(2);

  private static final String SUFFIX = ".img";

  /** Of a copy under way. */
  private static final String HALF = ".half";

  private final Path directory;
  private final CommandRunner commands;

  ImageFiles(Path directory, CommandRunner commands) {
    this.directory = requireNonNull(directory, "directory is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * @param totalBytes of the file system
   * @param usableBytes what it has left
   */
  record Space(long totalBytes, long usableBytes) {}

  Path path(Serial serial) {
    return directory.resolve(serial + SUFFIX);
  }

  boolean exists(Serial serial) {
    return Files.isRegularFile(path(serial));
  }

  long length(Serial serial) {
    return length(path(serial));
  }

  static long length(Path image) {
    try {
      return Files.size(image);
    } catch (IOException e) {
      throw refused("look at", image, e);
    }
  }

  /** A name for a copy in the making that none ever had; a crash's are found by its ending. */
  Path freshHalf(Serial serial) {
    return directory.resolve(serial + "." + UUID.randomUUID() + SUFFIX + HALF);
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

  /**
   * Makes the file as a copy of another one that shares its blocks. The kernel lets nobody write
   * the other one while it does that, so the copy is of one moment.
   *
   * @return false when the file system cannot share blocks, and there is no copy
   */
  boolean share(Path other, Serial serial, Deadline deadline) {
    Path path = path(serial);
    if (Files.exists(path)) {
      return true;
    }
    Path half = path.resolveSibling(path.getFileName() + HALF);
    CommandResult result =
        commands.run(
            Command.of("cp", "--reflink=always", other.toString(), half.toString()),
            deadline.atMost(COPY));
    if (!result.succeeded()) {
      deleteHalf(half);
      if (cannotShare(result)) {
        return false;
      }
      throw noCopy(other, result);
    }
    try {
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
      try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(half, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw refused("copy", other, e);
    }
    syncDirectory();
    return true;
  }

  private static boolean cannotShare(CommandResult result) {
    String said = result.complaint();
    return said.contains("not supported") || said.contains("Invalid argument");
  }

  private Failure noCopy(Path other, CommandResult result) {
    String said = result.complaint();
    if (said.contains("No space")) {
      return Failure.resourceExhausted(
          "the file system of %s is full; extend it, or remove what is not needed"
              .formatted(directory));
    }
    return Failure.internal(
        "could not copy %s: exit code %d: %s".formatted(other, result.exitCode(), said));
  }

  /**
   * What a crash has left in the middle of a copy.
   *
   * @param inUse of those that no crash has left
   */
  void deleteHalves(Predicate<Path> inUse) {
    try (DirectoryStream<Path> halves = Files.newDirectoryStream(directory, "*.img" + HALF)) {
      for (Path half : halves) {
        if (!inUse.test(half)) {
          deleteHalf(half);
        }
      }
    } catch (IOException e) {
      throw refused("look into", directory, e);
    }
  }

  private void deleteHalf(Path half) {
    try {
      Files.deleteIfExists(half);
    } catch (IOException e) {
      throw refused("delete", half, e);
    }
  }

  /** The serials of all images. */
  List<Serial> all() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .filter(Serial::isSerial)
          .map(Serial::new)
          .toList();
    } catch (IOException e) {
      throw refused("look into", directory, e);
    }
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

  Space space() {
    try {
      FileStore store = Files.getFileStore(directory);
      return new Space(store.getTotalSpace(), store.getUsableSpace());
    } catch (IOException e) {
      throw refused("look at the space of", directory, e);
    }
  }

  /** What all images, and copies in the making, occupy of the file system. */
  long allocatedBytes(Deadline deadline) {
    return allocatedBytes(List.of(directory), deadline, "-maxdepth", "2", "-name", "*.img*");
  }

  /** What the copies in the making occupy of it. */
  long halvesBytes(Deadline deadline) {
    return allocatedBytes(List.of(directory), deadline, "-maxdepth", "2", "-name", "*" + HALF);
  }

  /** What those files occupy, each as often as it is named. */
  long allocatedBytes(List<Path> files, Deadline deadline) {
    return files.isEmpty() ? 0 : allocatedBytes(files, deadline, "-maxdepth", "0");
  }

  /** The JDK does not tell how many blocks a file has. A copy may get its name meanwhile. */
  private long allocatedBytes(List<Path> places, Deadline deadline, String... which) {
    List<String> argv = new ArrayList<>(List.of("find"));
    places.forEach(place -> argv.add(place.toString()));
    argv.add("-ignore_readdir_race");
    argv.addAll(List.of(which));
    argv.addAll(List.of("-printf", "%b\\n"));
    String blocks =
        commands
            .run(Command.of(argv), deadline.atMost(LOOK))
            .orFail("look at the images in " + directory)
            .stdout();
    return blocks.lines().mapToLong(Long::parseLong).sum() * BLOCK_BYTES;
  }

  void syncDirectory() {
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
