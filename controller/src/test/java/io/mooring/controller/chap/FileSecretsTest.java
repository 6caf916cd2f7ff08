package io.mooring.controller.chap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
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

  @Test
  void allOtherNodesHaveSecretsDerivedFromOneKey() throws IOException {
    FileSecrets secrets = new FileSecrets(derived(1, "k".repeat(32)));

    Chap one = secrets.of("worker1").orElseThrow();
    assertThat(secrets.of("worker1")).contains(one);
    assertThat(one.mutual()).isTrue();
    assertThat(one.revision()).isEqualTo(1);
    assertThat(one.password()).hasSize(43).isNotEqualTo(one.mutualPassword());
    assertThat(secrets.of("worker2").orElseThrow().password()).isNotEqualTo(one.password());
    assertThat(secrets.entry("worker3")).contains(ChapEntry.none(7));
  }

  @Test
  void anotherRevisionOrKeyGivesOtherSecrets() throws IOException {
    String first =
        new FileSecrets(derived(1, "k".repeat(32))).of("worker1").orElseThrow().password();

    assertThat(new FileSecrets(derived(2, "k".repeat(32))).of("worker1").orElseThrow().password())
        .isNotEqualTo(first);
    assertThat(new FileSecrets(derived(1, "l".repeat(32))).of("worker1").orElseThrow().password())
        .isNotEqualTo(first);
  }

  @Test
  void aKeyThatCouldBeGuessedIsRefused() throws IOException {
    assertUnknown(new FileSecrets(derived(1, "short")));
  }

  @Test
  void chapEndsForAllNodesOfWhichNothingElseIsSaid() throws IOException {
    FileSecrets secrets =
        new FileSecrets(
            file("{\"ended\": {\"revision\": 4}, \"nodes\": {\"worker3\": {\"revision\": 7}}}"));

    assertThat(secrets.entry("worker1")).contains(ChapEntry.none(4));
    assertThat(secrets.entry("worker3")).contains(ChapEntry.none(7));
  }

  @Test
  void secretsThatHaveEndedAndGoOnAreRefused() throws IOException {
    String derived = "\"derived\": {\"revision\": 4, \"key\": \"%s\"}".formatted("k".repeat(32));

    assertUnknown(new FileSecrets(file("{\"ended\": {\"revision\": 4}, %s}".formatted(derived))));
  }

  private static void assertUnknown(FileSecrets secrets) {
    assertThatThrownBy(() -> secrets.of("worker1"))
        .hasMessageContaining("whether node worker1 has CHAP secrets is not known")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aFileThatWasNeverReadableLetsNobodyInWithoutChapAndOneThatWasStaysInForce()
      throws IOException {
    FileSecrets secrets = new FileSecrets(file("{"));
    assertUnknown(secrets);

    file("{\"nodes\": {\"worker1\": {\"revision\": 7}}}");
    assertThat(secrets.entry("worker1")).contains(ChapEntry.none(7));

    file("{");
    assertThat(secrets.entry("worker1")).contains(ChapEntry.none(7));
  }

  private Path file(String json) throws IOException {
    Path file = directory.resolve("chap.json");
    Files.writeString(file, json);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    return file;
  }

  private Path derived(int revision, String key) throws IOException {
    Path file = directory.resolve("derived-%d-%s.json".formatted(revision, key.charAt(0)));
    Files.writeString(
        file,
        """
        {"derived": {"revision": %d, "key": "%s"}, "nodes": {"worker3": {"revision": 7}}}
        """
            .formatted(revision, key));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    return file;
  }
}
