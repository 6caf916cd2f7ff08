package io.mooring.node.linux;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells one boot of the host from another. */
@FunctionalInterface
public interface BootId {
  /** The kernel's random id of this boot, a uuid. */
  String current();

  /**
   * The running kernel's, read once.
   *
   * @param proc {@code /proc}
   */
  static BootId ofKernel(Path proc) {
    Path file = proc.resolve("sys/kernel/random/boot_id");
    try {
      String id = Files.readString(file).strip();
      return () -> id;
    } catch (IOException e) {
      throw Failure.internal("could not read " + file + "; is /proc mounted?", e);
    }
  }
}
