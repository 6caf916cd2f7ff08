package io.mooring.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdentityTest {
  @TempDir Path directory;

  private NodeIdentity load() {
    return NodeIdentity.load(directory.resolve("state"), Optional.of("worker1"));
  }

  @Test
  void isMadeOnceAndKept() {
    NodeIdentity first = load();
    assertThat(load()).isEqualTo(first);
    assertThat(first.nodeId()).isEqualTo("worker1/" + first.uuid());
    assertThat(first.initiatorName()).isEqualTo("iqn.2026-01.io.mooring:node." + first.uuid());
  }

  @Test
  void twoNodesDiffer() {
    assertThat(load().uuid())
        .isNotEqualTo(NodeIdentity.load(directory.resolve("b"), Optional.of("worker1")).uuid());
  }

  @Test
  void withoutANameTheHostsCounts() {
    assertThat(NodeIdentity.load(directory, Optional.empty()).name()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "{\"uuid\": \"x\"}", "{\"uuid\": null}"})
  void aDamagedIdentityIsNotReplacedByANewOne(String text) throws IOException {
    load();
    Path file = directory.resolve("state").resolve("node.json");
    Files.writeString(file, text);
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(this::load)
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .withMessageContaining(file.toString());
    assertThat(file).hasContent(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Worker", "a/b", "a b", "-a", "a\n"})
  void theseAreNoNodeNames(String name) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> NodeIdentity.load(directory, Optional.of(name)))
        .withMessageContaining("node name");
  }

  @Test
  void theLongestNodeIdFitsIntoCsi() {
    assertThat(NodeIdentity.load(directory, Optional.of("n".repeat(219))).nodeId()).hasSize(256);
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> NodeIdentity.load(directory, Optional.of("n".repeat(220))));
  }
}
