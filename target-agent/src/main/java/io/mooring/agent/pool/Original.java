package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is copied.
 *
 * @param bytes that it holds by its record
 */
record Original(Path image, long bytes) {
  Original {
    requireNonNull(image, "image is null");
  }

  /** A file that somebody has cut is nothing to be copied. */
  void requireWhole() {
    long length = Files.isRegularFile(image) ? ImageFiles.length(image) : 0;
    if (length < bytes) {
      throw Failure.failedPrecondition(
          "%s is to be copied and has %d bytes where %d are recorded; restore it from a backup"
              .formatted(image, length, bytes));
    }
  }
}
