package io.mooring.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensFileTest {
  private static final String ONE = "1".repeat(32);
  private static final String TWO = "2".repeat(32);

  @TempDir Path directory;
  private Path file;
  private TokensFile tokens;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("tokens.properties");
    Files.writeString(file, "worker1=" + ONE + "\nworker2=" + TWO + "\nworker3=short\n");
    mode("rw-------");
    tokens = new TokensFile(file);
  }

  private void mode(String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void aTokenSpeaksForItsNode() {
    assertThat(tokens.nodeOf(ONE)).isEqualTo("worker1");
    assertThat(tokens.nodeOf(TWO)).isEqualTo("worker2");
  }

  @Test
  void aTokenThatIsTakenOutIsDeadAtOnce() throws IOException {
    Files.writeString(file, "worker2=" + TWO);

    assertThatThrownBy(() -> tokens.nodeOf(ONE))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("the token is no node's")
        .hasMessageNotContaining(ONE);
  }

  @Test
  void aTokenThatCouldBeGuessedIsNone() {
    assertThatThrownBy(() -> tokens.nodeOf("short")).hasMessageContaining("32 characters");
    assertThatThrownBy(() -> tokens.nodeOf("")).hasMessageContaining("32 characters");
  }

  @Test
  void aFileThatEverybodyCanReadIsRefused() throws IOException {
    mode("rw-r--r--");

    assertThatThrownBy(() -> tokens.nodeOf(ONE))
        .hasMessageContaining("can be read by everybody")
        .hasMessageContaining("make new tokens");
  }

  @Test
  void withoutTheFileNobodyIsToldApart() throws IOException {
    Files.delete(file);

    assertThatThrownBy(() -> tokens.nodeOf(ONE)).hasMessageContaining("cannot be read");
  }
}
