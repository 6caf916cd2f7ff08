package io.mooring.runtime.store;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a directory to one process: the file {@code lock} in it, locked for as long as the process
 * lives. The kernel lets go of it however the process ends; its children do not inherit it.
 */
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = requireNonNull(channel, "channel is null");
  }

  /**
   * Takes the directory, which is made if it is missing, and does not wait.
   *
   * @param process for the message, such as {@code mooring-agent}
   * @throws Failure FAILED_PRECONDITION while another process has it; INTERNAL when the file system
   *     refuses
   */
  public static DirectoryLock take(Path directory, String process) {
    Path file = directory.resolve("lock");
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw Failure.failedPrecondition(
            "another %s works with %s; stop it first, or give this one a state directory of its own"
                .formatted(process, directory));
      }
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw Failure.internal(
          "%s could not be locked: %s; look at the health of its file system".formatted(file, e),
          e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process has it
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
