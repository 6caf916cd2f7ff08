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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lab comes up without systems that were kept, and once more where a QEMU fails. */
@Tag("long")
class LabStartIT {
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

  @Test
  void systemsAreStartedOnceMoreWhereAQemuEndsItself() throws IOException {
    LabSettings settings = settingsWithStartsOfTheirOwn();
    AtomicInteger killed = new AtomicInteger();

    String said =
        saidWhileItCameUp(
            settings,
            line -> {
              if (line.contains("waiting for the systems") && killed.get() == 0) {
                killed.addAndGet(killQemuOf("worker1"));
              }
            });

    assertThat(killed).hasValue(1);
    assertThat(said).contains("started once more: QEMU of worker1 has ended", "lab: ready");
  }

  private int killQemuOf(String vm) {
    String its = place.resolve("lab").resolve(vm).toString();
    List<ProcessHandle> qemus =
        ProcessHandle.current()
            .descendants()
            .filter(child -> child.info().command().orElse("").contains("qemu-system"))
            .filter(child -> child.info().commandLine().orElse("").contains(its))
            .toList();
    qemus.forEach(ProcessHandle::destroyForcibly);
    return qemus.size();
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
    return saidWhileItCameUp(settings, line -> {});
  }

  private static String saidWhileItCameUp(LabSettings settings, Consumer<String> listener) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream lines =
        new PrintStream(said, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            super.println(line);
            listener.accept(line);
          }
        };
    Progress progress = new Progress(lines);
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
