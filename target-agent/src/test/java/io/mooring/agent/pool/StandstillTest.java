package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that stand still, and for how long. */
class StandstillTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final List<String> NAMES = List.of("vg-a", "vg-b", "vg-c");

  @TempDir Path sys;
  private FakeMapper host;

  @BeforeEach
  void threeVolumes() {
    host = new FakeMapper(sys);
    NAMES.forEach(name -> host.device(name, false));
  }

  @Test
  void allStandStillUntilItEnds() {
    try (Standstill standstill = Standstill.of(host.mapper(), NAMES, LONG)) {
      standstill.require(NAMES);
      assertThat(host.suspended()).containsExactlyElementsOf(NAMES);
    }

    assertThat(host.suspended()).isEmpty();
  }

  @Test
  void aVolumeThatCannotBeStoppedLetsTheOthersGoOn() {
    host.stick("vg-b");

    assertThatThrownBy(() -> Standstill.of(host.mapper(), NAMES, LONG))
        .hasMessageContaining("vg-b cannot be used");

    assertThat(host.suspended()).isEmpty();
  }

  @Test
  void itEndsByItselfWhateverItsUserWaitsFor() {
    try (Standstill standstill = Standstill.of(host.mapper(), NAMES, Duration.ofSeconds(1))) {
      await().until(() -> host.suspended().isEmpty());

      assertThatThrownBy(() -> standstill.require(List.of()))
          .hasMessageContaining("more than 1000 ms")
          .extracting(thrown -> ((Failure) thrown).kind())
          .isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void oneThatSomebodyElseResumedIsNoticed() {
    try (Standstill standstill = Standstill.of(host.mapper(), NAMES, LONG)) {
      host.suspend("vg-b", false);

      standstill.require(List.of("vg-a", "vg-c"));
      assertThatThrownBy(() -> standstill.require(NAMES)).hasMessageContaining("somebody else");
    }
  }
}
