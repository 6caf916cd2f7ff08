package io.mooring.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir Path directory;

  @Test
  void aDirectoryBelongsToOneProcessUntilThatEnds() throws IOException {
    Path state = directory.resolve("a/state");
    try (DirectoryLock first = DirectoryLock.take(state, "mooring-agent")) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> DirectoryLock.take(state, "mooring-agent"))
          .hasMessageContaining("another mooring-agent works with " + state)
          .extracting(thrown -> ((Failure) thrown).kind())
          .isEqualTo(Kind.FAILED_PRECONDITION);
    }

    DirectoryLock.take(state, "mooring-agent").close();
  }

  @Test
  void anotherProcessIsKeptOut() throws IOException, InterruptedException {
    try (DirectoryLock ours = DirectoryLock.take(directory, "mooring-agent")) {
      assertThat(ours).isNotNull();
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  DirectoryLockTest.class.getName(),
                  directory.toString())
              .inheritIO()
              .start();
      assertThat(other.waitFor()).isEqualTo(3);
    }
  }

  /** What the other process does. */
  public static void main(String[] args) throws IOException {
    try {
      DirectoryLock.take(Path.of(args[0]), "mooring-agent").close();
    } catch (Failure e) {
      System.exit(3);
    }
  }
}
