package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The byte-by-byte copies of one pool, in pieces of at most about a second's worth. How far each is
 * stands in memory only: after a restart it is begun again. Two calls never run on one target
 * together.
 */
final class FileCopier {
  private static final long SMALLEST_PIECE = 4L << 20;
  private static final long LARGEST_PIECE = 64L << 20;

  private final FileSpace space;
  private final CommandRunner commands;
  private final long bytesPerSecond;
  private final Map<Path, SlowCopy> underWay = new ConcurrentHashMap<>();

  /**
   * Nothing is under way.
   *
   * @param bytesPerSecond that are written at most, on average
   */
  FileCopier(FileSpace space, CommandRunner commands, long bytesPerSecond) {
    this.space = requireNonNull(space, "space is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.bytesPerSecond = bytesPerSecond;
  }

  /**
   * Copies the next piece.
   *
   * @param images of the copy's directory
   * @param length of the copy; what is beyond the original reads as zeros
   */
  Piece next(Original original, ImageFiles images, Serial serial, long length, Deadline deadline) {
    Path target = images.path(serial);
    if (images.exists(serial)) {
      // Only a whole one has that name: the agent died before the record said so.
      return new Piece(original.bytes(), original.bytes(), true, Duration.ZERO);
    }
    long startedNanos = System.nanoTime();
    SlowCopy copy = underWay.get(target);
    if (copy == null) {
      copy = begin(original, images, serial, length, deadline);
    }
    long pieceBytes = Math.clamp(bytesPerSecond, SMALLEST_PIECE, LARGEST_PIECE);
    space.requireFree(pieceBytes);
    long written = copyNext(copy, images, target, pieceBytes, deadline);
    FailPoints.pass("agent.copy.after-piece");
    if (copy.isAtEnd()) {
      copy.finish(target);
      images.syncDirectory();
      underWay.remove(target);
      FailPoints.pass("agent.copy.after-image");
    }
    return new Piece(
        copy.copiedBytes(), original.bytes(), copy.isAtEnd(), rest(written, startedNanos));
  }

  private SlowCopy begin(
      Original original, ImageFiles images, Serial serial, long length, Deadline deadline) {
    original.requireWhole();
    space.requireFree(images.allocatedBytes(List.of(original.image()), deadline));
    SlowCopy copy =
        new SlowCopy(
            original.image(),
            images.freshHalf(serial),
            Math.min(original.bytes(), length), // it may have grown since
            commands);
    // First known, then made: what is not known is taken for a crash's.
    underWay.put(images.path(serial), copy);
    try {
      copy.begin(length);
    } catch (Failure e) {
      giveUp(images.path(serial));
      throw e;
    }
    FailPoints.pass("agent.copy.after-begin");
    return copy;
  }

  /** Returns what the piece has taken of the file system; holes are free. */
  private long copyNext(
      SlowCopy copy, ImageFiles images, Path target, long pieceBytes, Deadline deadline) {
    try {
      List<Path> half = List.of(copy.half());
      long before = images.allocatedBytes(half, deadline);
      copy.copyNext(pieceBytes, deadline);
      return images.allocatedBytes(half, deadline) - before;
    } catch (Failure e) {
      // Its child may live on: never again into this file.
      giveUp(target);
      throw e;
    }
  }

  private Duration rest(long written, long startedNanos) {
    Duration due = Duration.ofMillis(Math.max(0, written) * 1000 / bytesPerSecond);
    Duration left = due.minusNanos(System.nanoTime() - startedNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Nothing of a copy under that name stays. */
  void giveUp(Path target) {
    SlowCopy copy = underWay.remove(target);
    if (copy != null) {
      copy.giveUp();
    }
  }

  /** Whether that file belongs to a copy under way. */
  boolean isUsing(Path half) {
    return underWay.values().stream().anyMatch(copy -> copy.half().equals(half));
  }
}
