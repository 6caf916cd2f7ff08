package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.TargetPortal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No path is given up before its target has ended the session. */
class EndingTest extends GuardedVolume {
  @Test
  void theTargetEndsTheSessionOverTheOtherPathBeforeIoMoves() {
    aVolumeOverBoth();
    network.pull(A);
    pass(Duration.ofMillis(300));
    assertThat(network.ended()).containsExactly(A + " by " + B);
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void whatTheTargetMayStillWriteIsLeftToTheKernelsTimers() {
    aVolumeOverBoth();
    network.targetsConfirm(false);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    assertThat(network.recovery(A)).isEqualTo(RecoveryTimes.CONFIGURED);
    assertThat(notes).containsExactly("held " + A + ": target");
    network.targetsConfirm(true);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aPathToAnotherTargetCannotEndTheSession() {
    aVolumeOverBoth();
    Portal elsewhere = Portal.parse("10.77.9.1:3260");
    host.addSession(new TargetPortal(IQN + "0", 1, elsewhere));
    network.targetsConfirm(false);
    network.pull(A);
    pass(Duration.ofSeconds(2));
    assertThat(network.asked()).containsOnly(B.toString());
  }
}
