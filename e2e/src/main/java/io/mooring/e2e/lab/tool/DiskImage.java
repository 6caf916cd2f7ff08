package io.mooring.e2e.lab.tool;

import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A directory as a file system that VMs mount read only. */
public final class DiskImage {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private DiskImage() {}

  /**
   * Writes the image.
   *
   * @param size as mke2fs takes it, such as {@code 640M}; the same for all builds, since a saved
   *     start goes on only with disks of the same size
   */
  public static void write(Path directory, Path image, String size, HostTool tool)
      throws IOException {
    Files.deleteIfExists(image);
    tool.run(
        List.of(
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-O",
            "^has_journal",
            "-m",
            "0",
            "-E",
            "root_owner=0:0",
            "-d",
            directory.toString(),
            image.toString(),
            size),
        Deadline.after(LIMIT));
  }
}
