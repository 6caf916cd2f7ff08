package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A sparse copy in the making, of a file that nobody writes meanwhile. Each has a file of its own
 * that no other attempt ever has: a child that outlives its agent, or its own kill, can only write
 * into what was given up.
 */
final class SlowCopy {
  private static final long BLOCK = 1 << 20;

  private final Path from;
  private final Path half;
  private final long bytes;
  private final CommandRunner commands;
  private long copied;

  /**
   * Nothing is made yet.
   *
   * @param half a name that was never used before
   * @param bytes how much of the file is copied
   */
  SlowCopy(Path from, Path half, long bytes, CommandRunner commands) {
    this.from = requireNonNull(from, "from is null");
    this.half = requireNonNull(half, "half is null");
    this.bytes = bytes;
    this.commands = requireNonNull(commands, "commands is null");
  }

  Path half() {
    return half;
  }

  long copiedBytes() {
    return copied;
  }

  boolean isAtEnd() {
    return copied >= bytes;
  }

  /** Makes the file, without blocks, with that length. */
  void begin(long length) {
    try {
      Files.createFile(half);
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
      try (RandomAccessFile file = new RandomAccessFile(half.toFile(), "rw")) {
        file.setLength(length);
      }
    } catch (IOException e) {
      throw refused("make", half, e);
    }
  }

  /**
   * Copies the next piece and has it on the disk: at the lowest priority for processor and disk,
   * and without pushing what others need out of the page cache.
   */
  void copyNext(long most, Deadline deadline) {
    long piece = Math.min(most, bytes - copied);
    long blocks = (piece + BLOCK - 1) / BLOCK;
    CommandResult result =
        commands.run(
            Command.of(
                "nice",
                "-n",
                "19",
                "ionice",
                "-t",
                "-c",
                "3",
                "dd",
                "if=" + from,
                "of=" + half,
                "bs=" + BLOCK,
                "skip=" + copied / BLOCK,
                "seek=" + copied / BLOCK,
                "count=" + blocks,
                "iflag=fullblock,nocache",
                "oflag=nocache",
                "conv=sparse,notrunc,nocreat,fsync"),
            deadline);
    requireCopied(piece, result);
    copied += piece;
  }

  /** A source that has become shorter is no error to dd. */
  private void requireCopied(long piece, CommandResult result) {
    String expected = "%d+%d records in".formatted(piece / BLOCK, piece % BLOCK == 0 ? 0 : 1);
    if (result.succeeded() && result.stderr().lines().anyMatch(expected::equals)) {
      return;
    }
    String said = result.complaint();
    if (said.contains("No space")) {
      throw Failure.resourceExhausted(
          "the file system of %s is full; extend it, or remove what is not needed".formatted(half));
    }
    throw Failure.internal(
        "could not copy %d bytes of %s from byte %d on: exit code %d: %s; check the file system of the pool"
            .formatted(piece, from, copied, result.exitCode(), said));
  }

  /** Gives the file its name, under which it is whole. */
  void finish(Path target) {
    try {
      try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw refused("complete", target, e);
    }
  }

  void giveUp() {
    try {
      Files.deleteIfExists(half);
    } catch (IOException e) {
      throw refused("delete", half, e);
    }
  }

  private static Failure refused(String action, Path path, IOException e) {
    return Failure.internal(
        "could not %s %s: %s; check the file system of the pool".formatted(action, path, e), e);
  }
}
