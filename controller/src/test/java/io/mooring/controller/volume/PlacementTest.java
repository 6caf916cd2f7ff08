package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.controller.target.Fullness;
import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static Place place(String target, String pool, long total, long available) {
    return place(target, pool, total, available, "");
  }

  private static Place place(
      String target, String pool, long total, long available, String refusal) {
    return new Place(
        new StorageTarget(target, target + ":9750", target),
        new PoolState(pool, "thin", total, available, available, refusal, Fullness.UNKNOWN));
  }

  @Test
  void thePoolWithTheMostRoomIsTaken() {
    Place roomy = place("b", "p", 100, 90);

    assertThat(Placement.choose(List.of(place("a", "p", 100, 80), roomy), 10)).isEqualTo(roomy);
  }

  @Test
  void tiesGoByTargetThenByPool() {
    Place first = place("a", "p", 100, 80);

    assertThat(
            Placement.choose(
                List.of(place("b", "a", 100, 80), place("a", "q", 100, 80), first), 10))
        .isEqualTo(first);
  }

  @Test
  void aPoolThatRefusesIsPassedOver() {
    Place fine = place("b", "p", 100, 20);

    assertThat(
            Placement.choose(List.of(place("a", "p", 100, 90, "its metadata is full"), fine), 10))
        .isEqualTo(fine);
  }

  @Test
  void theLargestSingleVolumeCountsAndNotTheSum() {
    Place scattered =
        new Place(
            new StorageTarget("a", "a:1", "a"),
            new PoolState("p", "thin", 100, 90, 5, "", Fullness.UNKNOWN));
    Place fine = place("b", "p", 100, 20);

    assertThat(Placement.choose(List.of(scattered, fine), 10)).isEqualTo(fine);
  }

  @Test
  void whatNoPoolCanEverHoldIsOutOfRange() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Placement.choose(List.of(place("a", "p", 100, 80)), 101))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.OUT_OF_RANGE))
        .withMessageContaining("101")
        .withMessageContaining("a/p");
  }

  @Test
  void whatNoPoolCanHoldNowIsExhausted() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() ->
            Placement.choose(
                List.of(place("a", "p", 100, 80), place("b", "q", 100, 100, "it is full")), 90))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED))
        .withMessageContaining("a/p (80 bytes at most)")
        .withMessageContaining("b/q (takes no volume: it is full)");
  }

  @Test
  void onlyTheNamedPoolIsEligible() {
    Place fast = place("a", "fast", 1, 1);
    List<Place> places = List.of(fast, place("a", "slow", 1, 1));

    assertThat(
            Placement.eligible(
                places, new Parameters("fast", Set.of(), "", Optional.empty(), VolumeLimits.NONE)))
        .containsExactly(fast);
  }

  @Test
  void anUnknownPoolIsNamedTogetherWithTheKnownOnes() {
    List<Place> places = List.of(place("a", "fast", 1, 1), place("b", "slow", 1, 1));

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() ->
            Placement.eligible(
                places, new Parameters("gold", Set.of(), "", Optional.empty(), VolumeLimits.NONE)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
        .withMessageContaining("gold")
        .withMessageContaining("[a/fast, b/slow]");
  }

  @Test
  void hostsWithoutPoolsAreSomebodysMistake() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Placement.eligible(List.of(), Parameters.NONE))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.FAILED_PRECONDITION));
  }
}
