package io.mooring.runtime.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadPathTimesTest {
  /** MAX_MCAST_SOLICIT times RETRANS_TIMER of the kernel's neighbour table. */
  private static final int ARP_QUEUE = 3;

  @Test
  void theTargetHasForgottenADeadPathBeforeTheNodeUsesAnotherOne() {
    assertThat(DeadPathTimes.TARGET_ASKS + DeadPathTimes.TARGET_WAITS)
        .isLessThan(DeadPathTimes.NODE_ASKS + DeadPathTimes.NODE_WAITS + DeadPathTimes.NODE_HOLDS);
  }

  @Test
  void aNodeHoldsCommandsForLongerThanAPacketWaitsForAnArpAnswer() {
    assertThat(DeadPathTimes.NODE_HOLDS).isGreaterThan(ARP_QUEUE);
  }
}
