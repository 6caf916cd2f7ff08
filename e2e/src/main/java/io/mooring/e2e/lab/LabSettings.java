package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a lab keeps its things.
 *
 * @param projectRoot the directory that holds {@code e2e/pom.xml}
 * @param directory disks, consoles and logs of this lab; labs with different directories run side
 *     by side
 * @param cache images and runtimes that outlive a clean build
 */
public record LabSettings(Path projectRoot, Path directory, Path cache) {
  public LabSettings {
    requireNonNull(projectRoot, "projectRoot is null");
    requireNonNull(directory, "directory is null");
    requireNonNull(cache, "cache is null");
  }

  /**
   * From the working directory or one above it, and the system properties {@code mooring.lab.dir}
   * and {@code mooring.lab.cache}; by default {@code e2e/target/lab} and {@code ~/.cache/mooring}.
   */
  public static LabSettings fromSystem() {
    Path root = findRoot(Path.of("").toAbsolutePath());
    return new LabSettings(
        root,
        property("mooring.lab.dir", root.resolve("e2e/target/lab")),
        property("mooring.lab.cache", Path.of(System.getProperty("user.home"), ".cache/mooring")));
  }

  private static Path property(String key, Path byDefault) {
    @Nullable String value = System.getProperty(key);
    return value == null ? byDefault : Path.of(value).toAbsolutePath();
  }

  private static Path findRoot(Path from) {
    for (@Nullable Path at = from; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("e2e/pom.xml"))) {
        return at;
      }
    }
    throw Failure.failedPrecondition(
        "no e2e/pom.xml at or above " + from + "; start the lab inside the project's directory");
  }

  /**
   * Mooring as the VMs see it below {@code /opt/mooring}: {@code jre}, {@code bin}, {@code
   * <module>/lib}, {@code deploy}. Each lab has its own, made at its start.
   */
  public Path distribution() {
    return directory.resolve("dist");
  }

  /** What a client needs to reach the VMs: written when they are ready, removed at the end. */
  public Path statusFile() {
    return directory.resolve("lab.json");
  }
}
