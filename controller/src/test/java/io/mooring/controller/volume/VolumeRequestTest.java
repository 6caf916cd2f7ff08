package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeRequestTest {
  private static VolumeRequest named(String name) {
    return new VolumeRequest(
        name,
        SizeRange.ANY,
        List.of(new Capability(new AccessType.Block(), AccessMode.SINGLE_NODE_WRITER)),
        Parameters.NONE,
        Fabrics.ANY,
        Optional.empty());
  }

  @Test
  void aNameMayHaveAnyTextOf128Bytes() {
    assertThat(named("ä".repeat(64)).name()).hasSize(64);
    assertThat(named("with\ttab and / and ü").name()).contains("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u0000b", "a\u001bb", "a\u007fb", "a\u0085b"})
  void theseNamesAreRefused(String name) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> named(name))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageStartingWith("name");
  }

  @Test
  void theLengthIsCountedInBytes() {
    assertThatExceptionOfType(Failure.class).isThrownBy(() -> named("ä".repeat(65)));
  }
}
