package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.network.TcpHealth;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SilenceTest {
  private static final Duration LOOK = Duration.ofMillis(100);

  private static TcpHealth health(int unacknowledged, long sinceAck, int timeouts, long lost) {
    Duration heard = Duration.ofMillis(sinceAck);
    return new TcpHealth(7, unacknowledged, heard, timeouts, lost, heard, heard);
  }

  private static long at(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private static Silence idle() {
    return new Silence(Thresholds.STANDARD, health(0, 4000, 0, 0), at(0));
  }

  @Test
  void whatIsUnacknowledgedAndSentAgainForLongIsDead() {
    Silence silence = idle();
    silence.observe(health(1, 4100, 0, 0), at(100));
    silence.observe(health(1, 4400, 1, 1), at(400));
    assertThat(silence.dead()).isFalse();
    assertThat(silence.doubtful()).isTrue();
    silence.observe(health(1, 4700, 1, 2), at(700));
    assertThat(silence.dead()).isTrue();
    assertThat(silence.lasting()).isEqualTo(Duration.ofMillis(600));
  }

  @Test
  void anIdleConnectionIsNeverSilent() {
    Silence silence = idle();
    silence.observe(health(0, 60_000, 0, 0), at(60_000));
    assertThat(silence.dead()).isFalse();
    assertThat(silence.doubtful()).isFalse();
    assertThat(silence.inUse()).isFalse();
  }

  @Test
  void aTargetThatAcknowledgesIsAliveHoweverLongItWorks() {
    Silence silence = idle();
    for (int look = 1; look < 100; look++) {
      silence.observe(health(0, look * 100L, 0, 0), at(look * 100L));
      assertThat(silence.dead()).isFalse();
    }
  }

  @Test
  void dataThatWereNotSentAgainAreOnALongWay() {
    Silence silence = idle();
    silence.observe(health(1, 4100, 0, 0), at(100));
    silence.observe(health(1, 5100, 0, 0), at(1100));
    assertThat(silence.dead()).isFalse();
    assertThat(silence.doubtful()).isTrue();
  }

  @Test
  void aGuardThatWasHeldUpDoesNotTakeItsOwnPauseForSilence() {
    Silence silence = idle();
    silence.observe(health(1, 5, 0, 0), at(100));
    silence.observe(health(1, 20, 1, 1), at(30_000));
    assertThat(silence.dead()).isFalse();
    assertThat(silence.lasting()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void whatIsSentAgainDuringASilenceDoesNotMakeAConnectionLossy() {
    Silence silence = idle();
    silence.observe(health(1, 4100, 0, 0), at(100));
    silence.observe(health(1, 4700, 2, 9), at(700));
    assertThat(silence.lossy()).isFalse();
    assertThat(silence.dead()).isTrue();
  }

  @Test
  void aConnectionThatLostPacketsLatelyIsGivenMoreTime() {
    Silence silence = idle();
    silence.observe(health(1, 10, 0, 3), at(100));
    assertThat(silence.lossy()).isTrue();
    silence.observe(health(1, 1010, 2, 5), at(1100));
    assertThat(silence.dead()).isFalse();
    silence.observe(health(1, 1510, 3, 6), at(1600));
    assertThat(silence.dead()).isFalse();
    silence.observe(health(1, 1610, 3, 6), at(1700));
    assertThat(silence.dead()).isTrue();
  }

  @Test
  void lossesOfLongAgoAreForgotten() {
    Silence silence = idle();
    silence.observe(health(0, 10, 0, 5), at(100));
    assertThat(silence.lossy()).isTrue();
    silence.observe(health(0, 10, 0, 5), at(31_000));
    assertThat(silence.lossy()).isTrue();
    silence.observe(health(0, 10, 0, 5), at(62_000));
    assertThat(silence.lossy()).isFalse();
  }

  /** Every look of a simulated connection for ten minutes. */
  private static boolean diesWithin(Duration time, SimulatedTcp tcp) {
    Silence silence = new Silence(Thresholds.STANDARD, tcp.health(), tcp.nanos());
    long end = tcp.nanos() + time.toNanos();
    while (tcp.nanos() < end && !silence.dead()) {
      tcp.run(LOOK);
      silence.observe(tcp.health(), tcp.nanos());
    }
    return silence.dead();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void fivePercentOfLossCostNoPathInTenMinutes(long seed) {
    assertThat(diesWithin(Duration.ofMinutes(10), new SimulatedTcp(seed, 0.025, 2))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200, 300})
  void aLongWayCostsNoPath(int roundTrip) {
    assertThat(diesWithin(Duration.ofMinutes(10), new SimulatedTcp(1, 0, roundTrip))).isFalse();
  }

  @Test
  void aFreezeOfThreeHundredMillisecondsCostsNoPath() {
    SimulatedTcp tcp = new SimulatedTcp(1, 0, 2);
    for (int freeze = 0; freeze < 20; freeze++) {
      assertThat(diesWithin(Duration.ofSeconds(5), tcp)).isFalse();
      tcp.die(true);
      assertThat(diesWithin(Duration.ofMillis(300), tcp)).isFalse();
      tcp.die(false);
    }
  }

  @Test
  void aDeathIsSeenInLessThanASecond() {
    SimulatedTcp tcp = new SimulatedTcp(1, 0, 2);
    tcp.run(Duration.ofSeconds(5));
    tcp.die(true);
    assertThat(diesWithin(Duration.ofMillis(900), tcp)).isTrue();
  }
}
