package io.mooring.runtime.failpoint;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets the lab kill a process between two given steps, as {@code kill -9} would. A process dies at
 * the point named by the content of the file that {@code MOORING_FAIL_POINT_FILE} names; the file
 * is removed first, so that the process dies once. Without the variable a pass costs one null
 * check.
 */
public final class FailPoints {
  private static final String FILE = System.getenv().getOrDefault("MOORING_FAIL_POINT_FILE", "");

  private FailPoints() {}

  /** Dies here, without any clean-up, when the lab asked for this point. */
  public static void pass(String point) {
    if (!FILE.isEmpty()) {
      dieIfNamed(point, Path.of(FILE));
    }
  }

  private static void dieIfNamed(String point, Path file) {
    try {
      if (Files.exists(file) && Files.readString(file).strip().equals(point)) {
        Files.delete(file);
        Runtime.getRuntime().halt(137);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("fail point file " + file, e);
    }
  }
}
