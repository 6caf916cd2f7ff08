package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitParametersTest {
  @Test
  void eachKeyIsOneLimitAndWhatIsNotNamedIsFree() {
    assertThat(
            LimitParameters.parse(
                Map.of(
                    "readIops", "10",
                    "writeIops", "20",
                    "readBandwidth", "30M",
                    "writeBandwidth", "40M")))
        .isEqualTo(new VolumeLimits(10, 20, 30_000_000, 40_000_000, 0));
    assertThat(LimitParameters.parse(Map.of())).isEqualTo(VolumeLimits.NONE);
    assertThat(LimitParameters.parse(Map.of("readIops", "none"))).isEqualTo(VolumeLimits.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "1M, 1000000",
    "1Mi, 1048576",
    "1000k, 1000000",
    "1024Ki, 1048576",
    "2G, 2000000000",
    "2Gi, 2147483648",
    "1T, 1000000000000",
    "1024Ti, 1125899906842624",
    "' 1000000 ', 1000000"
  })
  void quantitiesAreThoseOfKubernetes(String text, long bytes) {
    assertThat(LimitParameters.parse(Map.of("readBandwidth", text)).readBytesPerSecond())
        .isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "9",
        "-1",
        "1.5k",
        "10 k",
        "10K",
        "1e3",
        "max",
        "4294967295",
        "9999999Ti"
      })
  void whatIsNoNumberOfOperationsIsRefusedAndNamed(String text) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> LimitParameters.parse(Map.of("writeIops", text)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("\"writeIops\" is \"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999", "900k", "1025Ti", "999999999999999Ti"})
  void aBandwidthThatWouldHangOrCannotBeIsRefused(String text) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> LimitParameters.parse(Map.of("writeBandwidth", text)))
        .withMessageContaining("1000000 to");
  }
}
