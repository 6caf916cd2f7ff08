package io.mooring.runtime.chap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path directory;
  private Path file;
  private SecretFile<ChapEntry> secrets;

  @BeforeEach
  void open() {
    file = directory.resolve("chap.json");
    secrets = new SecretFile<>(file, ChapEntry.class);
  }

  private void write(String json, String mode) throws IOException {
    Files.writeString(file, json);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String entry(int revision) {
    return "{\"revision\": %d, \"user\": \"anna\", \"password\": \"correct-horse-%d\"}"
        .formatted(revision, revision);
  }

  @Test
  void aChangeIsFollowed() throws IOException {
    write(entry(1), "rw-------");
    assertThat(secrets.current().flatMap(ChapEntry::chap).map(Chap::password))
        .contains("correct-horse-1");
    write(entry(2), "r--------");
    assertThat(secrets.current().map(ChapEntry::revision)).contains(2L);
    assertThat(secrets.trouble()).isEmpty();
  }

  @Test
  void aRevisionAloneSaysNone() throws IOException {
    write("{\"revision\": 5}", "rw-------");
    assertThat(secrets.current()).contains(ChapEntry.none(5));
    assertThat(secrets.current().flatMap(ChapEntry::chap)).isEmpty();
  }

  @Test
  void aFileThatOthersCanReadIsRefusedAndTheOldContentStays() throws IOException {
    write(entry(1), "rw-r--r--");
    assertThat(secrets.current()).isEmpty();
    assertThat(secrets.trouble().orElseThrow()).contains("chmod 600");
    write(entry(1), "rw-------");
    assertThat(secrets.current().map(ChapEntry::revision)).contains(1L);
    write(entry(2), "rw----r--");
    assertThat(secrets.current().map(ChapEntry::revision)).contains(1L);
  }

  @Test
  void aFileThatIsGoneOrBrokenChangesNothingAndItsTroubleTellsNoSecret() throws IOException {
    write(entry(1), "rw-------");
    assertThat(secrets.current()).isPresent();
    write(entry(2) + "x", "rw-------");
    assertThat(secrets.current().map(ChapEntry::revision)).contains(1L);
    assertThat(secrets.trouble().orElseThrow()).doesNotContain("horse");
    write("{\"revision\": 2, \"user\": \"anna\", \"password\": \"short\"}", "rw-------");
    assertThat(secrets.current().map(ChapEntry::revision)).contains(1L);
    assertThat(secrets.trouble().orElseThrow()).contains("12 to 255").doesNotContain("short\"");
    Files.delete(file);
    assertThat(secrets.current().map(ChapEntry::revision)).contains(1L);
    assertThat(secrets.trouble()).isPresent();
  }
}
