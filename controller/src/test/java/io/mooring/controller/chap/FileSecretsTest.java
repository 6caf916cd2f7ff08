package io.mooring.controller.chap;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSecretsTest {
  @TempDir Path directory;

  @Test
  void nodesAreFoundByTheirNames() throws IOException {
    Path file = directory.resolve("chap.json");
    Files.writeString(
        file,
        """
        {"nodes": {
          "worker1": {"revision": 2, "user": "anna", "password": "correct-horse-1"},
          "worker2": {"revision": 7}
        }}
        """);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    FileSecrets secrets = new FileSecrets(file);
    assertThat(secrets.of("worker1")).contains(new Chap("anna", "correct-horse-1", "", "", 2));
    assertThat(secrets.entry("worker2")).contains(ChapEntry.none(7));
    assertThat(secrets.of("worker2")).isEmpty();
    assertThat(secrets.entry("worker3")).isEmpty();
  }
}
