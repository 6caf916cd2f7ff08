package io.mooring.e2e.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The classes that a process loads, as its JVM notes them, packed: {@code deploy/classes}. */
public final class ClassList {
  private ClassList() {}

  public static String read(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Writes several lists as one. The first mention of a class counts; the ids serve class loaders
   * of an application's own.
   */
  public static void write(Path file, String... lists) throws IOException {
    String classes =
        Arrays.stream(lists)
            .flatMap(String::lines)
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst(" id: \\d+$", ""))
            .distinct()
            .collect(Collectors.joining("\n", "", "\n"));
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(classes.getBytes(StandardCharsets.UTF_8));
    }
  }
}
