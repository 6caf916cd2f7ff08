package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.network.Destruction;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which paths are given up, when, and which never. */
class PathGuardTest extends GuardedVolume {
  @Test
  void aPulledCableIsGivenUpAfterTheHold() {
    aVolumeOverBoth();
    network.pull(A);
    guard.round();
    assertThat(network.destroyed()).isEmpty();
    pass(Duration.ofMillis(150));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
    assertThat(notes).containsExactly("gave up " + A + ": carrier");
    assertThat(failovers)
        .singleElement(DURATION)
        .isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
  }

  @Test
  void anIdlePathWithoutCarrierIsGivenUpBeforeItIsNeeded() {
    aVolumeOverBoth();
    network.load(A, false);
    pass(Duration.ofSeconds(1));
    network.pull(A);
    pass(Duration.ofMillis(300));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aSilentPortalIsGivenUpInLessThanASecond() {
    aVolumeOverBoth();
    network.drop(B);
    pass(Duration.ofMillis(450));
    assertThat(network.destroyed()).isEmpty();
    pass(Duration.ofMillis(300));
    assertThat(network.destroyed()).containsExactly(B_AT_ONCE);
    assertThat(notes).containsExactly("gave up " + B + ": silence");
    assertThat(failovers)
        .singleElement(DURATION)
        .isBetween(Duration.ofMillis(600), Duration.ofMillis(750));
  }

  @Test
  void aBlipCostsNoPath() {
    aVolumeOverBoth();
    network.pull(A);
    guard.round();
    network.ticker().advance(Duration.ofMillis(50));
    network.plug(A);
    guard.round();
    network.drop(B);
    pass(Duration.ofMillis(300));
    network.answer(B);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void aStorageHostThatFreezesCostsNoPath() {
    aVolumeOverBoth();
    network.drop(A);
    network.drop(B);
    pass(Duration.ofSeconds(5));
    network.answer(A);
    network.answer(B);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void ofTwoDeadPathsNeitherGoes() {
    aVolumeOverBoth();
    network.pull(A);
    network.pull(B);
    pass(Duration.ofMinutes(1));
    assertThat(network.destroyed()).isEmpty();
    assertThat(notes).containsExactly("held " + A + ": last-path", "held " + B + ": last-path");
  }

  @Test
  void theLastPathIsKeptWhenTheOtherOneWasGivenUp() {
    aVolumeOverBoth();
    network.pull(A);
    pass(Duration.ofMillis(300));
    network.drop(B);
    pass(Duration.ofMinutes(1));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
    assertThat(notes).contains("held " + B + ": last-path");
  }

  @Test
  void aDeadPathThatWasTheLastGoesWhenAnotherIsBack() {
    aVolumeOverBoth();
    network.pull(A);
    pass(Duration.ofMillis(300));
    network.drop(B);
    pass(Duration.ofSeconds(10));
    network.plug(A);
    network.reconnect(A);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE, B_AT_ONCE);
  }

  @Test
  void onePathIsKeptForAnyVolumeThatHasNoOther() {
    aVolumeOverBoth();
    FakeLun other = new FakeLun("fedcba9876543210fedcba9876543210", 1L << 30);
    host.targets().map(IQN, LUN + 1, other);
    host.addStaleDisk(hostA, LUN + 1, other);
    host.addMap(other.wwid(), Hctl.of(hostA, LUN + 1));
    network.pull(A);
    pass(Duration.ofSeconds(10));
    assertThat(network.destroyed()).isEmpty();
    assertThat(notes).containsExactly("held " + A + ": last-path");
  }

  @Test
  void aPathThatMultipathFailedIsNoOther() {
    aVolumeOverBoth();
    host.maps().failPath(nameOnHost(hostB), soon());
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    host.maps().reinstatePath(nameOnHost(hostB), soon());
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  private String nameOnHost(int number) {
    return host.disks().at(Hctl.of(number, LUN)).orElseThrow().name();
  }

  private Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10), network.ticker());
  }

  @Test
  void whileMultipathdIsSilentTheKernelSaysHowTheOtherPathsAre() {
    aVolumeOverBoth();
    host.multipathdUp(false);
    network.pull(A);
    pass(Duration.ofMillis(300));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aPathThatTheKernelHasFailedIsNoOtherWhileMultipathdIsSilent() {
    aVolumeOverBoth();
    host.maps().failPath(nameOnHost(hostB), soon());
    host.multipathdUp(false);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    assertThat(notes).containsExactly("held " + A + ": last-path");
  }

  @Test
  void withoutAnybodysWordNothingIsDone() {
    aVolumeOverBoth();
    host.multipathdUp(false);
    host.deviceMapperAnswers(false);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    assertThat(notes).containsExactly("held " + A + ": unknown");
    host.deviceMapperAnswers(true);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aSessionWithoutAMapIsLeftToIscsid() {
    host.addSession(route(A));
    host.addSession(route(B));
    network.load(A, true);
    pass(Duration.ofSeconds(1));
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void somebodyElsesSessionOnTheSameWireIsLeftAlone() {
    aVolumeOverBoth();
    host.addForeignSession(
        new TargetPortal("iqn.2000-01.org.other:disk", 1, A),
        0,
        new FakeLun("00000000000000000000000000000001", 1L << 30));
    network.load(A, true);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aPathThatComesBackWhileMultipathdIsAskedIsKept() {
    aVolumeOverBoth();
    network.pull(A);
    guard.round();
    // The first look of the next round, one for each path, still finds it dead; the second does
    // not.
    network.onQuestion(() -> network.onQuestion(() -> network.onQuestion(() -> network.plug(A))));
    guard.round();
    assertThat(network.questions()).isGreaterThan(3);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void aConnectionThatIsStillAnsweredHasAnotherWay() {
    aVolumeOverBoth();
    network.otherWay(A);
    network.pull(A);
    pass(Duration.ofSeconds(10));
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void aSessionThatTheKernelHasGivenUpIsNotTouched() {
    aVolumeOverBoth();
    network.fail(A);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    assertThat(network.recovery(A)).isEqualTo(RecoveryTimes.CONFIGURED);
  }

  @Test
  void theRecoveryTimeIsPutBackWhenTheSessionIsLoggedInAgain() {
    aVolumeOverBoth();
    network.recoveryIs(A, 3);
    network.pull(A);
    pass(Duration.ofSeconds(20));
    assertThat(network.recovery(A)).isZero();
    network.plug(A);
    network.reconnect(A);
    pass(Duration.ofSeconds(1));
    assertThat(network.recovery(A)).isEqualTo(3);
    assertThat(notes).containsExactly("gave up " + A + ": carrier", "back " + A);
  }

  @Test
  void theRecoveryTimeIsNotPutBackBeforeTheKernelHasNoticed() {
    aVolumeOverBoth();
    network.noticeLate(true);
    network.pull(A);
    pass(Duration.ofSeconds(2));
    assertThat(network.recovery(A)).isZero();
  }

  @Test
  void aRecoveryTimeThatAKilledProcessLeftIsPutRight() {
    aVolumeOverBoth();
    network.recoveryIs(A, 0);
    guard = guard(true);
    guard.round();
    assertThat(network.recovery(A)).isEqualTo(RecoveryTimes.CONFIGURED);
  }

  @Test
  void aGuardThatIsSwitchedOffStillPutsThatRight() {
    aVolumeOverBoth();
    network.recoveryIs(B, 0);
    guard(false).tidy();
    assertThat(network.recovery(B)).isEqualTo(RecoveryTimes.CONFIGURED);
  }

  @Test
  void aKernelThatCannotDestroySocketsLosesNothing() {
    aVolumeOverBoth();
    network.destructionsAre(Destruction.UNSUPPORTED);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.recovery(A)).isEqualTo(RecoveryTimes.CONFIGURED);
    assertThat(notes).containsExactly("held " + A + ": kernel");
    assertThat(network.endings().ended()).as("what it cannot finish is tried once").hasSize(1);
  }

  @Test
  void aFlappingPathIsGivenUpEachTimeAndNotForEver() {
    aVolumeOverBoth();
    for (int flap = 0; flap < 200; flap++) {
      network.pull(A);
      pass(Duration.ofMillis(400));
      network.plug(A);
      network.reconnect(A);
      pass(Duration.ofMillis(2100));
    }
    // 20 in a row, then one in 15 s.
    assertThat(network.destroyed()).hasSizeBetween(45, 60);
    assertThat(notes).contains("held " + A + ": rate");
  }

  @Test
  void aPathIsNotGivenUpTwiceWithinTwoSeconds() {
    aVolumeOverBoth();
    network.pull(A);
    pass(Duration.ofMillis(300));
    network.plug(A);
    network.reconnect(A);
    pass(Duration.ofMillis(600));
    network.pull(A);
    pass(Duration.ofMillis(600));
    assertThat(network.destroyed()).hasSize(1);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).hasSize(2);
  }

  @Test
  void withoutSessionsNothingIsAsked() {
    pass(Duration.ofMinutes(1));
    assertThat(network.questions()).isZero();
    assertThat(network.ticker().pauses()).hasSize(60);
  }

  @Test
  void anIdleNodeIsLookedAtLessOften() {
    aVolumeOverBoth();
    int busy = questionsIn(Duration.ofSeconds(10));
    network.load(A, false);
    network.load(B, false);
    pass(Duration.ofSeconds(1));
    assertThat(questionsIn(Duration.ofSeconds(10))).isLessThan(busy / 2);
  }

  private int questionsIn(Duration time) {
    int before = network.questions();
    pass(time);
    return network.questions() - before;
  }
}
