package io.mooring.node.selftest;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds udev rules that scan for LUNs on their own. */
final class UdevRules {
  private UdevRules() {}

  /** The files with such a rule; a file of an earlier directory hides its namesakes (udev(7)). */
  static List<Path> scanners(List<Path> directories) {
    List<Path> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Path directory : directories) {
      for (Path file : rules(directory)) {
        if (seen.add(String.valueOf(file.getFileName())) && scans(file)) {
          found.add(file);
        }
      }
    }
    return List.copyOf(found);
  }

  private static List<Path> rules(Path directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.rules")) {
      entries.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException | IOException e) {
      throw Failure.internal("could not list the udev rules in " + directory, e);
    }
    files.sort(null);
    return files;
  }

  private static boolean scans(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.startsWith("#"))
          .anyMatch(line ->
              line.contains("scan-scsi-target")
                  || (line.contains("SDEV_UA") && line.contains("RUN")));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw Failure.internal("could not read the udev rules " + file, e);
    }
  }
}
