package io.mooring.e2e.lab.tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, for a message. */
public final class LogTail {
  private static final int LINES = 10;

  private LogTail() {}

  /** Its last ten lines that are not blank; where there are none, why. */
  public static String of(Path log) {
    try {
      // Not every byte that comes over a serial line is a character.
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.isEmpty()
          ? "nothing"
          : String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException e) {
      return "nothing that could be read, " + e;
    }
  }
}
