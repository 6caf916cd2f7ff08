package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeRangeTest {
  private static final long MIB = 1L << 20;

  @ParameterizedTest
  @CsvSource({"-1,0", "0,-1", "-5,-1", "2,1"})
  void anImpossibleRangeIsAnInvalidArgument(long required, long limit) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> new SizeRange(required, limit))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("capacity_range");
  }

  @ParameterizedTest
  @CsvSource({
    // required, limit, minimum, asked for
    "0, 0, 0, 1073741824",
    "5, 0, 0, 5",
    "5, 5, 0, 5",
    "0, 2147483648, 0, 1073741824",
    "0, 10485760, 0, 8388608",
    "0, 100, 0, 1",
    "1048576, 0, 314572800, 314572800",
    "1048576, 314572800, 314572800, 314572800",
    "0, 400000000, 314572800, 398458880",
    "0, 314572801, 314572800, 314572800",
    "9223372036854775807, 0, 0, 9223372036854775807"
  })
  void whatIsAskedForKeepsTheLimit(long required, long limit, long minimum, long asked) {
    assertThat(new SizeRange(required, limit).toAskFor(minimum))
        .isEqualTo(new SizeRange(asked, limit));
  }

  @Test
  void aLimitBelowWhatTheUseNeedsIsOutOfRange() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> new SizeRange(MIB, 299 * MIB).toAskFor(300 * MIB))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.OUT_OF_RANGE))
        .withMessageContaining("xfs");
  }

  @Test
  void aRangeHoldsItsBoundsAndWhatIsBetween() {
    SizeRange range = new SizeRange(10, 20);

    assertThat(range.holds(10)).isTrue();
    assertThat(range.holds(20)).isTrue();
    assertThat(range.holds(9)).isFalse();
    assertThat(range.holds(21)).isFalse();
    assertThat(new SizeRange(10, 0).holds(Long.MAX_VALUE)).isTrue();
    assertThat(SizeRange.ANY.holds(1)).isTrue();
  }
}
