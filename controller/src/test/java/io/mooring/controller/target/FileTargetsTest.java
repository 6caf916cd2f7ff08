package io.mooring.controller.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTargetsTest {
  private static final String ONE = "target.san-a.endpoint = a:9750\n";
  private static final String TWO = ONE + "target.san-b.endpoint = b:9750\n";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("targets.properties");
  }

  @Test
  void withoutAFileNothingIsKnownAndTheReasonIsSaid() {
    FileTargets targets = new FileTargets(file);
    assertThat(targets.trouble().orElseThrow()).contains(file.toString(), "does not exist");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(targets::current)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .withMessageContaining(file.toString());
  }

  @Test
  void aFileThatAppearsLaterIsRead() throws IOException {
    FileTargets targets = new FileTargets(file);
    Files.writeString(file, ONE);
    targets.reload();

    assertThat(targets.trouble()).isEmpty();
    assertThat(targets.current()).containsOnlyKeys("san-a");
  }

  @Test
  void aBadFileKeepsTheLastGoodTargets() throws IOException {
    Files.writeString(file, TWO);
    FileTargets targets = new FileTargets(file);
    Files.writeString(file, "target.san-a.endpoint = nonsense\n");
    targets.reload();
    assertThat(targets.current()).containsOnlyKeys("san-a", "san-b");
    assertThat(targets.trouble()).isEmpty();

    Files.writeString(file, "");
    targets.reload();
    assertThat(targets.current()).containsOnlyKeys("san-a", "san-b");

    Files.delete(file);
    targets.reload();
    assertThat(targets.current()).containsOnlyKeys("san-a", "san-b");

    Files.writeString(file, ONE);
    targets.reload();
    assertThat(targets.current()).containsOnlyKeys("san-a");
  }

  @Test
  void aWatchedFileIsReadWhenItIsReplacedByALink() throws IOException {
    // As a mounted ConfigMap changes: the name is a link, and the link is swapped.
    Path first = Files.writeString(directory.resolve("first"), ONE);
    Path second = Files.writeString(directory.resolve("second"), TWO);
    Files.createSymbolicLink(file, first);
    FileTargets targets = new FileTargets(file);
    try (var _ = targets.loop(Duration.ofMillis(20)).start()) {
      assertThat(targets.current()).containsOnlyKeys("san-a");
      Path swap = Files.createSymbolicLink(directory.resolve("swap"), second);
      Files.move(swap, file, StandardCopyOption.ATOMIC_MOVE);

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(targets.current()).containsOnlyKeys("san-a", "san-b"));
    }
  }
}
