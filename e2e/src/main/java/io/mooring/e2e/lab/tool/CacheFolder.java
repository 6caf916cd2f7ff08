package io.mooring.e2e.lab.tool;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Things that are costly to make, each under a name that says what it was made from. What nobody
 * has used for two weeks goes when something new is added: it was made from what is no more.
 */
public final class CacheFolder {
  private static final Duration UNUSED = Duration.ofDays(14);

  private final Path folder;
  private final InstantSource clock;

  public CacheFolder(Path folder) {
    this(folder, InstantSource.system());
  }

  CacheFolder(Path folder, InstantSource clock) {
    this.folder = requireNonNull(folder, "folder is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** Whether there is an entry of that name; then it counts as used. */
  public boolean has(String name) throws IOException {
    Path entry = folder.resolve(name);
    if (!Files.exists(entry)) {
      return false;
    }
    Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
    return true;
  }

  /** Removes what has not been used for long. */
  public void sweep() throws IOException {
    FileTime limit = FileTime.from(clock.instant().minus(UNUSED));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry).compareTo(limit) < 0) {
          Trees.delete(entry);
        }
      }
    }
  }
}
