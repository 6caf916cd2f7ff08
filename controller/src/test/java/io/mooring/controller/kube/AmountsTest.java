package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "0, 0",
    "10239, 10239",
    "10240, 10Ki",
    "153545080832, 143Gi",
    "10994042173439, 10238Gi",
    "10995116277760, 10Ti",
    "9223372036854775807, 8191Pi"
  })
  void peopleReadTheLargestUnitThatIsExactEnough(long bytes, String text) {
    assertThat(Amounts.rounded(bytes)).isEqualTo(text);
  }

  @Test
  void whatIsNoNumberIsNothing() {
    assertThat(Amounts.bytes("12")).isEqualTo(12);
    assertThat(Amounts.bytes("12Gi")).isZero();
    assertThat(Amounts.bytes("")).isZero();
  }
}
