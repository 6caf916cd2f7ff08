package io.mooring.controller.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolStateTest {
  @Test
  void theSmallerOfRoomAndLargestPieceCanBeMadeNow() {
    assertThat(new PoolState("p", "thin", 100, 80, 50, "", Fullness.UNKNOWN).largestNow())
        .isEqualTo(50);
    assertThat(new PoolState("p", "thin", 100, 40, 50, "", Fullness.UNKNOWN).largestNow())
        .isEqualTo(40);
    assertThat(new PoolState("p", "thin", 100, -5, 50, "", Fullness.UNKNOWN).largestNow()).isZero();
  }

  @Test
  void aPoolThatRefusesHasNoRoomNowAndMayHaveLater() {
    PoolState pool =
        new PoolState("p", "thin", 100, 80, 80, "its metadata is full", Fullness.UNKNOWN);

    assertThat(pool.largestNow()).isZero();
    assertThat(pool.largestEver()).isEqualTo(100);
  }

  @Test
  void anOverCommittedPoolMayEverHoldMoreThanItHas() {
    assertThat(new PoolState("p", "thin", 100, 150, 200, "", Fullness.UNKNOWN).largestEver())
        .isEqualTo(200);
  }
}
