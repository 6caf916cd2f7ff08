package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeEndings;
import io.mooring.node.fake.FakeEndings.Answer;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.TargetPortal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No path is given up before its target has ended the session. */
class EndingTest extends GuardedVolume {
  private static final Portal C = Portal.parse("10.77.3.1:3260");

  private final FakeEndings endings = network.endings();

  @Test
  void theTargetEndsTheSessionOverTheOtherPathBeforeIoMoves() {
    aVolumeOverBoth();
    network.pull(A);
    pass(Duration.ofMillis(300));
    assertThat(endings.ended()).containsExactly(A + " by " + B);
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void whatTheTargetMayStillWriteIsLeftToTheKernelsTimers() {
    aVolumeOverBoth();
    endings.targetsAnswer(Answer.REFUSED);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(network.destroyed()).isEmpty();
    assertThat(network.recovery(A)).isEqualTo(RecoveryTimes.CONFIGURED);
    assertThat(notes).containsExactly("held " + A + ": target");
    endings.targetsAnswer(Answer.CONFIRMED);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aTargetThatIsAtWorkIsAskedOnceAndOverNoOtherPortal() {
    aVolumeOverBoth();
    host.addSession(route(C));
    endings.targetsAnswer(Answer.AT_WORK);
    network.pull(A);
    pass(Duration.ofSeconds(5));
    assertThat(endings.asked()).hasSize(1);
    assertThat(endings.hungUp()).isEmpty();
    assertThat(network.destroyed()).isEmpty();
    assertThat(notes).containsExactly("held " + A + ": target");
    endings.targetsAnswer(Answer.CONFIRMED);
    pass(Duration.ofSeconds(2));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
    assertThat(endings.asked()).hasSize(1);
  }

  @Test
  void aTargetThatGaveUpItsWorkIsAskedAgain() {
    aVolumeOverBoth();
    endings.targetsAnswer(Answer.AT_WORK);
    network.pull(A);
    pass(Duration.ofSeconds(1));
    endings.targetsAnswer(Answer.REFUSED);
    pass(Duration.ofSeconds(3));
    assertThat(endings.asked()).hasSizeGreaterThan(1);
  }

  @Test
  void aPortalThatSaysNothingIsHungUpOnAndTheNextOneAsked() {
    aVolumeOverBoth();
    host.addSession(route(C));
    endings.targetsAnswer(Answer.NOTHING);
    network.pull(A);
    pass(Duration.ofSeconds(1));
    assertThat(endings.asked()).contains(B.toString(), C.toString());
    assertThat(endings.hungUp()).isEqualTo(endings.asked());
  }

  @Test
  void whatBeganForAnEarlierConnectionIsNotBelievedForALaterOne() {
    aVolumeOverBoth();
    endings.targetsAnswer(Answer.AT_WORK);
    network.pull(A);
    pass(Duration.ofSeconds(1));
    network.plug(A);
    network.reconnect(A);
    pass(Duration.ofSeconds(1));
    network.pull(A);
    pass(Duration.ofSeconds(1));
    assertThat(endings.asked()).hasSize(2);
    assertThat(endings.hungUp()).hasSize(1);
    assertThat(network.destroyed()).isEmpty();
  }

  @Test
  void aPathToAnotherTargetCannotEndTheSession() {
    aVolumeOverBoth();
    Portal elsewhere = Portal.parse("10.77.9.1:3260");
    host.addSession(new TargetPortal(IQN + "0", 1, elsewhere));
    endings.targetsAnswer(Answer.REFUSED);
    network.pull(A);
    pass(Duration.ofSeconds(2));
    assertThat(endings.asked()).containsOnly(B.toString());
  }
}
