package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.image.GoldenImage;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Systems as they come from the image, for VMs that have lost theirs. */
final class SystemDisks {
  /** {@link Blueprint#sweep} takes away what is called so. */
  static final String NAMES = "root-*.qcow2";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path directory;
  private final GoldenImage image;
  private final HostTool tool;
  private final AtomicInteger made = new AtomicInteger();

  /**
   * @param directory of the lab
   */
  SystemDisks(Path directory, GoldenImage image, HostTool tool) {
    this.directory = requireNonNull(directory, "directory is null");
    this.image = requireNonNull(image, "image is null");
    this.tool = requireNonNull(tool, "tool is null");
  }

  /** A disk for that VM on which nothing was ever done. */
  Path fresh(String vm) {
    String name = NAMES.replace("*", String.valueOf(made.incrementAndGet()));
    Path file = directory.resolve(vm).resolve(name);
    GoldenImage.overlay(image.disk(), file, tool, Deadline.after(LIMIT));
    return file;
  }
}
