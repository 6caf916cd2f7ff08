package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of open-iscsi's database: a hard link named {@code lock.write}, which an iscsiadm that
 * was killed leaves behind for ever, so that every later one waits for it and fails. Held for
 * milliseconds otherwise.
 */
final class DatabaseLock {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseLock.class);
  private static final Poll TAKING = new Poll(Duration.ofMillis(10), Duration.ofMillis(50));
  private static final Duration STALE = Duration.ofSeconds(60);

  private final Path link;
  private final Processes processes;
  private final InstantSource clock;

  /**
   * @param directory {@code /run/lock/iscsi}
   * @param processes the host's
   */
  DatabaseLock(Path directory, Processes processes, InstantSource clock) {
    this.link = directory.resolve("lock.write");
    this.processes = requireNonNull(processes, "processes is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * Works while no iscsiadm reads or writes a record; for milliseconds.
   *
   * @throws Failure UNAVAILABLE when the lock is not free by the deadline
   */
  void hold(Runnable work, Deadline deadline) {
    if (!TAKING.until(deadline, this::take)) {
      throw Failure.unavailable(
          "open-iscsi's database is locked by %s; try again, an old lock is removed"
              .formatted(link));
    }
    try {
      work.run();
    } finally {
      release();
    }
  }

  private boolean take() {
    try {
      Path lock = link.resolveSibling("lock");
      Files.createDirectories(requireNonNull(link.getParent(), "the lock has no directory"));
      if (Files.notExists(lock)) {
        Files.createFile(lock);
      }
      Files.createLink(link, lock);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw Failure.internal("could not take " + link + "; is /run/lock shared with the host?", e);
    }
  }

  private void release() {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw Failure.internal("could not release " + link + "; remove it", e);
    }
  }

  /**
   * Removes the lock when it is older than a minute and no iscsiadm runs on the host that could
   * hold it.
   */
  void removeIfStale() {
    try {
      // Linking changes the inode's ctime; its mtime is that of the first use after boot.
      FileTime taken = (FileTime) Files.getAttribute(link, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
      Duration age = Duration.between(taken.toInstant(), clock.instant());
      if (age.compareTo(STALE) > 0 && !processes.run("iscsiadm")) {
        Files.deleteIfExists(link);
        LOG.warn(
            "removed {}: taken {} s ago, and no iscsiadm runs that could hold it",
            link,
            age.toSeconds());
      }
    } catch (NoSuchFileException e) {
      // The usual case: nobody holds it.
      return;
    } catch (IOException e) {
      throw Failure.internal(
          "could not look after " + link + "; is /run/lock shared with the host?", e);
    }
  }
}
