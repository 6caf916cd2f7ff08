package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host's processes by name. */
final class Processes {
  private final Path proc;

  /**
   * @param proc {@code /proc} of the host's process namespace
   */
  Processes(Path proc) {
    this.proc = requireNonNull(proc, "proc is null");
  }

  /** Whether a process of that name runs. */
  boolean run(String name) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (name(process).equals(name)) {
          return true;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return false;
  }

  private static String name(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("comm")), StandardCharsets.UTF_8)
          .strip();
    } catch (IOException e) {
      return "";
    }
  }
}
