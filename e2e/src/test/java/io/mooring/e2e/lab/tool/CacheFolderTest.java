package io.mooring.e2e.lab.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @TempDir Path folder;
  private Instant now = Instant.now();

  private CacheFolder cache() {
    return new CacheFolder(folder, () -> now);
  }

  @Test
  void whatIsUsedStaysAndTheRestGoesAfterTwoWeeks() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("used")).resolve("file"), "x");
    Files.writeString(Files.createDirectories(folder.resolve("unused")).resolve("file"), "x");
    now = now.plus(Duration.ofDays(10));
    assertThat(cache().has("used")).isTrue();
    cache().sweep();
    assertThat(folder.resolve("unused")).exists();

    now = now.plus(Duration.ofDays(5));
    cache().sweep();

    assertThat(folder.resolve("used/file")).exists();
    assertThat(folder.resolve("unused")).doesNotExist();
    assertThat(cache().has("unused")).isFalse();
  }
}
