package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final SortedMap<String, StorageTarget> CONFIGURED =
      new TreeMap<>(
          Map.of(
              "san-a", new StorageTarget("san-a", "a:1", "san-a"),
              "san-b", new StorageTarget("san-b", "b:1", "san-b")));

  @Test
  void nothingSaidAllowsEverything() {
    Parameters none = Parameters.parse(Map.of());

    assertThat(none).isEqualTo(Parameters.NONE);
    assertThat(none.allow("any", "pool")).isTrue();
    assertThat(none.eligible(CONFIGURED)).hasSize(2);
  }

  @Test
  void poolAndTargetsAreRead() {
    Parameters parameters = Parameters.parse(Map.of("pool", " fast ", "target", "san-a, san-b"));

    assertThat(parameters)
        .isEqualTo(
            new Parameters(
                "fast", Set.of("san-a", "san-b"), "", Optional.empty(), VolumeLimits.NONE));
    assertThat(parameters.allow("san-a", "fast")).isTrue();
    assertThat(parameters.allow("san-a", "slow")).isFalse();
    assertThat(parameters.allow("san-c", "fast")).isFalse();
  }

  @Test
  void whatTheSidecarsAddIsIgnored() {
    assertThat(
            Parameters.parse(
                Map.of(
                    "csi.storage.k8s.io/pvc/name", "data",
                    "csi.storage.k8s.io/pvc/namespace", "default",
                    "csi.storage.k8s.io/pv/name", "pvc-1",
                    "csi.storage.k8s.io/fstype", "xfs")))
        .isEqualTo(Parameters.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pool", "pools", "fsType", "", "mooring.io/pool"})
  void anUnknownKeyIsNamedTogetherWithTheKnownOnes(String key) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Parameters.parse(Map.of(key, "x")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("\"" + key + "\"")
        .withMessageContaining("[pool, target, mkfsOptions, encryption, readIops, ");
  }

  @Test
  void theNodeIsToldOfEncryptionAndOtherFormsAreRefused() {
    assertThat(Parameters.parse(Map.of("encryption", "luks2")).context())
        .containsExactly(Map.entry("encryption", "luks2"));
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Parameters.parse(Map.of("encryption", "luks1")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("luks2");
  }

  @Test
  void anEmptyValueIsRefused() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Parameters.parse(Map.of("pool", " ")))
        .withMessageContaining("pool");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Parameters.parse(Map.of("target", "san-a,,san-b")))
        .withMessageContaining("san-a,,san-b");
  }

  @Test
  void aTargetThatIsNotConfiguredIsNamed() {
    Parameters parameters = Parameters.parse(Map.of("target", "san-z"));

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parameters.eligible(CONFIGURED))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("san-z")
        .withMessageContaining("[san-a, san-b]");
  }
}
