package io.mooring.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTest {
  @Test
  void moreIsBetterWhereTheBarIsALeastRatio() {
    assertThat(Row.atLeastTimes("x", 3.9, "MiB/s", 2, 1.9).verdict()).isEqualTo("yes");
    assertThat(Row.atLeastTimes("x", 3.7, "MiB/s", 2, 1.9).verdict()).isEqualTo("**no**");
  }

  @Test
  void aLimitIsMissedOnBothSides() {
    assertThat(Row.within("x", 4.3, "MiB/s", 4, 0.1).verdict()).isEqualTo("yes");
    assertThat(Row.within("x", 4.5, "MiB/s", 4, 0.1).verdict()).isEqualTo("**no**");
    assertThat(Row.within("x", 3.5, "MiB/s", 4, 0.1).verdict()).isEqualTo("**no**");
  }

  @Test
  void whatIsOnlyComparedNeitherHoldsNorMisses() {
    Row row = Row.compared("x", 3, "s", 2);

    assertThat(row.verdict()).isEqualTo("-");
    assertThat(row.ratio()).isEqualTo(1.5);
  }
}
