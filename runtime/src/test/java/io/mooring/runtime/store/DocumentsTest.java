package io.mooring.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  enum Phase {
    STAGING,
    STAGED
  }

  record Part(String iqn, int lun) {}

  record Entry(
      String name,
      long sizeBytes,
      Phase phase,
      List<Part> parts,
      Map<String, String> labels,
      Instant since,
      Duration rest,
      @Nullable String note) {
    Entry {
      if (sizeBytes < 0) {
        throw new IllegalArgumentException("size is negative");
      }
    }
  }

  private static final Entry ENTRY =
      new Entry(
          "vol <1> \u00fc",
          1L << 40,
          Phase.STAGED,
          List.of(new Part("iqn.x", 7)),
          Map.of("a/b", "c"),
          Instant.parse("2026-01-02T03:04:05.678Z"),
          Duration.ofMinutes(10),
          null);

  @TempDir Path parent;
  private Path directory;
  private Documents<Entry> documents;

  @BeforeEach
  void open() {
    directory = parent.resolve("a/b");
    documents = new Documents<>(directory, Entry.class);
  }

  @Test
  void whatWasPutIsThereForTheNextProcess() {
    documents.put("target/0123", ENTRY);

    Documents<Entry> next = new Documents<>(directory, Entry.class);
    assertThat(next.get("target/0123")).contains(ENTRY);
    assertThat(next.all()).containsExactly(Map.entry("target/0123", ENTRY));
    assertThat(next.get("target/4567")).isEmpty();
  }

  @Test
  void aSecondPutReplacesTheFirst() {
    documents.put("a", ENTRY);
    Entry other =
        new Entry("x", 0, Phase.STAGING, List.of(), Map.of(), Instant.EPOCH, Duration.ZERO, "n");
    documents.put("a", other);

    assertThat(documents.get("a")).contains(other);
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void removedIsRemovedAndRemovingAgainIsNoError() {
    documents.put("a", ENTRY);
    documents.remove("a");
    documents.remove("a");

    assertThat(documents.all()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "..",
        ".hidden",
        "a/../b",
        "100%",
        "%2e",
        "\u00fc \n\u0000",
        "a.json",
        "UPPER lower"
      })
  void everyIdComesBackFromItsFileName(String id) {
    documents.put(id, ENTRY);

    assertThat(documents.all()).containsOnlyKeys(id);
    assertThat(documents.get(id)).contains(ENTRY);
    assertThat(parent.resolve("a")).isDirectoryNotContaining("glob:**.json");
  }

  @Test
  void idsThatNoFileNameCanHoldAreRefused() {
    assertThatThrownBy(() -> documents.put("", ENTRY))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.INVALID_ARGUMENT));
    assertThatThrownBy(() -> documents.put("x".repeat(300), ENTRY)).isInstanceOf(Failure.class);
  }

  @Test
  void theLongestIdThatIsTakenFitsAFileName() {
    String id = "x".repeat(215);
    documents.put(id, ENTRY);

    assertThat(documents.all()).containsOnlyKeys(id);
  }

  @Test
  void onlyTheOwnerMayReadThem() throws Exception {
    documents.put("a", ENTRY);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("a.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void unknownFieldsAreIgnoredAndNullableOnesMayBeMissing() throws Exception {
    Files.writeString(
        directory.resolve("a.json"),
        """
        {"name": "n", "sizeBytes": 5, "phase": "STAGED", "parts": [], "labels": {},
         "since": "2026-01-02T03:04:05Z", "rest": "PT10M", "later": {"x": [1]}}\
        """);

    assertThat(documents.get("a"))
        .hasValueSatisfying(entry -> {
          assertThat(entry.sizeBytes()).isEqualTo(5);
          assertThat(entry.note()).isNull();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\0\0\0\0\0\0\0\0",
        "{\"name\": \"half",
        "[]",
        "null",
        "{}",
        // no size
        "{\"name\":\"n\",\"phase\":\"STAGED\",\"parts\":[],\"labels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"rest\":\"PT1S\"}",
        // an unknown phase
        "{\"name\":\"n\",\"sizeBytes\":5,\"phase\":\"GONE\",\"parts\":[],\"labels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"rest\":\"PT1S\"}",
        // a part without a LUN
        "{\"name\":\"n\",\"sizeBytes\":5,\"phase\":\"STAGED\",\"parts\":[{\"iqn\":\"i\"}],\"labels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"rest\":\"PT1S\"}",
        // no time
        "{\"name\":\"n\",\"sizeBytes\":5,\"phase\":\"STAGED\",\"parts\":[],\"labels\":{},\"since\":\"now\",\"rest\":\"PT1S\"}",
        // refused by the record itself
        "{\"name\":\"n\",\"sizeBytes\":-5,\"phase\":\"STAGED\",\"parts\":[],\"labels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"rest\":\"PT1S\"}",
        // something after the end
        "{\"name\":\"n\",\"sizeBytes\":5,\"phase\":\"STAGED\",\"parts\":[],\"labels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"rest\":\"PT1S\"} {}"
      })
  void aDamagedDocumentIsReportedKeptAndDoesNotHideTheOthers(String content) throws Exception {
    documents.put("good", ENTRY);
    Path bad = directory.resolve("bad.json");
    Files.writeString(bad, content);

    Documents<Entry> next = new Documents<>(directory, Entry.class);

    assertThat(next.damaged()).containsExactly("bad");
    assertThat(next.all()).containsOnlyKeys("good");
    assertThatThrownBy(() -> next.get("bad"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .hasMessageContaining(bad.toString());
    assertThat(bad).hasContent(content);
  }

  @Test
  void aNewDocumentSetsTheDamagedOneAside() throws Exception {
    Files.writeString(directory.resolve("bad.json"), "torn");
    documents.put("bad", ENTRY);

    assertThat(documents.get("bad")).contains(ENTRY);
    assertThat(documents.damaged()).isEmpty();
    assertThat(directory.resolve("bad.json.damaged")).hasContent("torn");
  }

  @Test
  void removingADamagedDocumentSetsItAside() throws Exception {
    Files.writeString(directory.resolve("bad.json"), "torn");
    documents.remove("bad");

    assertThat(documents.get("bad")).isEmpty();
    assertThat(directory.resolve("bad.json.damaged")).hasContent("torn");
  }

  @Test
  void aFileThatIsNotNamedAsADocumentIsReportedAndLeftAlone() throws Exception {
    Path foreign = directory.resolve("a b.json");
    Files.writeString(foreign, "{}");

    assertThat(documents.damaged()).containsExactly("a b.json");
    assertThat(documents.all()).isEmpty();
    assertThat(foreign).exists();
  }

  @Test
  void leftoversOfACrashAreRemovedAtTheNextStart() throws Exception {
    documents.put("a", ENTRY);
    Path leftover = directory.resolve(".a.json.1234.tmp");
    Files.writeString(leftover, "{\"name\":");
    Path foreign = Files.writeString(directory.resolve(".editor.tmp"), "x");

    Documents<Entry> next = new Documents<>(directory, Entry.class);

    assertThat(leftover).doesNotExist();
    assertThat(foreign).exists();
    assertThat(next.get("a")).contains(ENTRY);
    assertThat(next.damaged()).isEmpty();
  }

  /** The writer is a process of its own, so that it can die at any byte. */
  @Test
  void aWriterKilledInTheMiddleLeavesTheOldOrTheNewDocument() throws Exception {
    for (int round = 0; round < 5; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  RestlessWriter.class.getName(),
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      // The first line says that writing has begun.
      assertThat(writer.getInputStream().read()).isPositive();
      writer.destroyForcibly().waitFor();

      Documents<RestlessWriter.Page> next = new Documents<>(directory, RestlessWriter.Page.class);
      assertThat(next.damaged()).isEmpty();
      assertThat(next.get("page")).hasValueSatisfying(page -> assertThat(page.whole()).isTrue());
      assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }
  }
}
