package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * multipath's list of WWIDs that are multipath members ({@code libmultipath/wwids.c}): lines {@code
 * /W/}, changed in place under a lock on the whole file, as multipath does it. A removed line keeps
 * its length and becomes {@code #W/}; a later WWID takes such a line over, so that the file does
 * not grow with every volume that ever was here.
 */
final class WwidsFile {
  private static final Pattern FREE = Pattern.compile("(?m)^#3[0-9a-f]{32}/$");
  private static final String HEADER = "# Multipath wwids, Version : 1.0\n";

  private final Path file;

  /** A process's locks are one; its threads need another. */
  private final ReentrantLock threads = new ReentrantLock();

  /**
   * @param file {@code /etc/multipath/wwids}
   */
  WwidsFile(Path file) {
    this.file = requireNonNull(file, "file is null");
  }

  void add(Wwid wwid, Deadline deadline) {
    locked(
        deadline,
        channel -> {
          String text = read(channel);
          if (lineOf("/", wwid, text).isPresent()) {
            return;
          }
          String line = "/" + wwid + "/\n";
          Matcher free = FREE.matcher(text);
          boolean fits = line.length() == "#3/\n".length() + 32 && free.find();
          if (fits) {
            write(channel, line, free.start());
          } else if (text.isEmpty()) {
            write(channel, HEADER + line, 0);
          } else {
            write(channel, text.endsWith("\n") ? line : "\n" + line, text.length());
          }
        });
  }

  void remove(Wwid wwid, Deadline deadline) {
    if (!Files.exists(file)) {
      return;
    }
    locked(
        deadline,
        channel -> {
          Optional<Integer> at = lineOf("/", wwid, read(channel));
          while (at.isPresent()) {
            write(channel, "#", at.get());
            at = lineOf("/", wwid, read(channel));
          }
        });
  }

  private static Optional<Integer> lineOf(String first, Wwid wwid, String text) {
    String line = first + wwid + "/";
    int at = text.startsWith(line) ? 0 : text.indexOf("\n" + line);
    return at < 0 ? Optional.empty() : Optional.of(text.startsWith(line) ? 0 : at + 1);
  }

  private interface Change {
    void on(FileChannel channel) throws IOException;
  }

  private void locked(Deadline deadline, Change change) {
    if (!deadline.grants(threads::tryLock)) {
      throw busy();
    }
    try {
      createIfAbsent();
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        // Closing the channel, like closing any other of this process on the file, unlocks it.
        FileLock lock = lock(channel, deadline);
        change.on(channel);
        // Who removes a line forgets the volume next: a power cut must not bring the line back.
        channel.force(false);
        lock.release();
      }
    } catch (IOException e) {
      throw Failure.internal(
          "could not change " + file + "; is /etc/multipath writable for the node plugin?", e);
    } finally {
      threads.unlock();
    }
  }

  private void createIfAbsent() throws IOException {
    if (!Files.exists(file)) {
      Path directory = requireNonNull(file.getParent(), "file has no directory");
      Files.createDirectories(directory);
      try (FileChannel created =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        created.force(true);
      }
    }
  }

  private FileLock lock(FileChannel channel, Deadline deadline) throws IOException {
    Optional<FileLock> lock = tryLock(channel);
    while (lock.isEmpty()) {
      if (deadline.expired()) {
        throw busy();
      }
      deadline.ticker().pause(Poll.SYSFS.first());
      lock = tryLock(channel);
    }
    return lock.get();
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      // Another object of this process has it; for us that is the same.
      return Optional.empty();
    }
  }

  private Failure busy() {
    return Failure.unavailable(
        file + " is locked by another process, mostly a hanging multipath; try again");
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      // Goes on until everything or the end is read.
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  private static void write(FileChannel channel, String text, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + bytes.position());
    }
  }
}
