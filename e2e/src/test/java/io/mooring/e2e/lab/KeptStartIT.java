package io.mooring.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.lab.tool.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems that are kept save time; a lab comes up without them, too. */
@Tag("long")
class KeptStartIT {
  private static final LabShape SMALL = LabShape.of(1);

  @TempDir Path place;

  @Test
  void systemsThatDoNotGoOnAreStartedAnewAndKeptInstead() throws IOException {
    LabSettings settings = settingsWithStartsOfTheirOwn();
    assertThat(saidWhileItCameUp(settings)).contains("keeping the started systems");
    cutMemoriesShort();

    assertThat(saidWhileItCameUp(settings))
        .contains("they do not go on", "QEMU says", "keeping the started systems");

    assertThat(saidWhileItCameUp(settings))
        .contains("going on with started systems")
        .doesNotContain("they do not go on");
  }

  private LabSettings settingsWithStartsOfTheirOwn() throws IOException {
    LabSettings system = LabSettings.fromSystem();
    Path cache = Files.createDirectory(place.resolve("cache"));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(system.cache())) {
      for (Path entry : entries) {
        if (!entry.endsWith("starts")) {
          Files.createSymbolicLink(cache.resolve(entry.getFileName()), entry);
        }
      }
    }
    return new LabSettings(system.projectRoot(), place.resolve("lab"), cache);
  }

  private static String saidWhileItCameUp(LabSettings settings) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (Lab lab = Lab.start(settings, progress, SMALL)) {
      assertThat(lab.worker(1).shell().check("hostname")).isEqualTo("worker1");
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private void cutMemoriesShort() throws IOException {
    try (DirectoryStream<Path> starts = Files.newDirectoryStream(place.resolve("cache/starts"))) {
      for (Path start : starts) {
        try (FileChannel memory =
            FileChannel.open(start.resolve("worker1.memory"), StandardOpenOption.WRITE)) {
          memory.truncate(1 << 20);
        }
      }
    }
  }
}
