package io.mooring.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which losses of a path count as failovers, and whose they are. */
class FailoverTest extends ReportedVolume {
  @Test
  void aPathWhoseSessionIsDownHasFailedAndTheKernelHasFailedOver() {
    aVolumeOverBoth();
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
    assertThat(volume().lastFailover())
        .contains(new Failover(now, Optional.empty(), B, Failover.BY_KERNEL));
  }

  @Test
  void aFailoverOfTheKernelIsToldOnceAndTheGuardsActsAreNot() {
    aVolumeOverBoth();
    host.cut(B);
    round();
    round();
    assertThat(byKernel)
        .containsExactly(
            new Failover(now.minusSeconds(3), Optional.empty(), B, Failover.BY_KERNEL));
    host.restore(B);
    round();
    guard.gaveUp(session(A), Reason.CARRIER, Duration.ofMillis(140));
    host.cut(A);
    round();
    assertThat(byKernel).hasSize(1);
  }

  @Test
  void aPathThatComesBackIsReadyAndTheFailoverIsRemembered() {
    aVolumeOverBoth();
    host.cut(B);
    round();
    Optional<Failover> failover = volume().lastFailover();
    host.restore(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.READY);
    assertThat(volume().lastFailover()).isEqualTo(failover).isPresent();
  }

  @Test
  void theGuardsActCountsOnceWhetherTheKernelShowsItAtOnceOrLater() {
    aVolumeOverBoth();
    guard.gaveUp(session(B), Reason.CARRIER, Duration.ofMillis(140));
    Failover act = new Failover(now, Optional.of(Duration.ofMillis(140)), B, "carrier");
    round();
    assertThat(volume().lastFailover()).contains(act);
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.READY, PathStatus.State.FAILED);
    assertThat(volume().lastFailover()).contains(act);
  }

  @Test
  void whatTheGuardLeavesToTheKernelIsTimedFromThen() {
    aVolumeOverBoth();
    guard.heldBack(session(B), Hold.TARGET);
    now = now.plusSeconds(12);
    host.cut(B);
    round();

    assertThat(volume().lastFailover())
        .contains(new Failover(now, Optional.of(Duration.ofSeconds(15)), B, Failover.BY_KERNEL));
  }

  @Test
  void theLastPathsLossIsNoFailover() {
    aVolumeOverBoth();
    host.cut(A);
    host.cut(B);
    round();

    assertThat(states()).containsExactly(PathStatus.State.FAILED, PathStatus.State.FAILED);
    assertThat(volume().lastFailover()).isEmpty();
  }

  @Test
  void whatTheGuardDidBeforeTheVolumeCameIsNotItsFailover() {
    host.addSession(route(B));
    guard.gaveUp(session(B), Reason.SILENCE, Duration.ofMillis(700));
    now = now.plusSeconds(60);
    track();
    round();

    assertThat(states()).containsOnly(PathStatus.State.MISSING);
    assertThat(volume().lastFailover()).isEmpty();
  }
}
