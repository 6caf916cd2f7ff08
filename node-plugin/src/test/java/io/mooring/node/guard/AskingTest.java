package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens when a command was acknowledged and is not answered. */
class AskingTest extends GuardedVolume {
  /** The target has taken it and works on it for long. */
  private void aCommandWaits() {
    network.tell(A);
    host.keepInFlight(A, 1);
  }

  private int disksAsked() {
    return host.faults().count("disks.ping");
  }

  @Test
  void aPortalThatFallsSilentBeforeItsAnswerIsGivenUpLongBeforeTheKernelsNextPing() {
    aVolumeOverBoth();
    aCommandWaits();
    network.drop(A);
    pass(Duration.ofMillis(1400));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
    assertThat(notes).containsExactly("gave up " + A + ": silence");
    // Counted from the command on, and not from the question.
    assertThat(failovers)
        .singleElement(DURATION)
        .isBetween(Duration.ofMillis(900), Duration.ofMillis(1400));
  }

  @Test
  void aTargetThatWorksForLongIsKeptAndAskedEverLessOftenUntilTheKernelsPingsAreAsGood() {
    aVolumeOverBoth();
    aCommandWaits();
    pass(Duration.ofSeconds(1));
    int soon = disksAsked();
    pass(Duration.ofMinutes(1));
    assertThat(network.destroyed()).isEmpty();
    assertThat(soon).isEqualTo(2);
    assertThat(disksAsked()).isBetween(soon + 2, soon + 4);
  }

  @Test
  void aPortalThatFallsSilentWhileItsTargetWorksForLongIsGivenUpAfterTheNextQuestion() {
    aVolumeOverBoth();
    aCommandWaits();
    pass(Duration.ofSeconds(1));
    network.drop(A);
    pass(Duration.ofMillis(1900));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void anotherCommandThatIsNotAnsweredDoesNotWaitForTheEndOfThePause() {
    aVolumeOverBoth();
    aCommandWaits();
    pass(Duration.ofSeconds(5)); // the next question would be in 3 s
    network.tell(A);
    network.drop(A);
    pass(Duration.ofMillis(1400));
    assertThat(network.destroyed()).containsExactly(A_AT_ONCE);
  }

  @Test
  void aSessionThatIsAlwaysInUseIsNotAskedForEverBecauseOfOneHiccup() {
    aVolumeOverBoth();
    aCommandWaits();
    pass(Duration.ofSeconds(20));
    int asked = disksAsked();
    pass(Duration.ofMinutes(1));
    assertThat(disksAsked()).isEqualTo(asked);
  }

  @Test
  void oneQuestionIsEnoughWhileNobodyAnswersIt() {
    aVolumeOverBoth();
    aCommandWaits();
    passUnanswered(Duration.ofSeconds(30));
    assertThat(questions).hasSize(1);
  }

  @Test
  void aHostThatHadNoThreadForAQuestionIsAskedAnew() {
    aVolumeOverBoth();
    aCommandWaits();
    noThreads = true;
    assertThatThrownBy(() -> pass(Duration.ofSeconds(1))).isInstanceOf(OutOfMemoryError.class);
    noThreads = false;
    pass(Duration.ofSeconds(1));
    assertThat(disksAsked()).isPositive();
  }

  @Test
  void whatIsNotToBeAnsweredIsLookedAtOnce() {
    aVolumeOverBoth();
    network.tell(A);
    pass(Duration.ofMinutes(1));
    assertThat(disksAsked()).isZero();
    assertThat(network.looksForCommands()).isEqualTo(1);
    network.tell(A);
    pass(Duration.ofMinutes(1));
    assertThat(network.looksForCommands()).isEqualTo(2);
  }

  @Test
  void whoIsAnsweredIsNotAsked() {
    aVolumeOverBoth();
    pass(Duration.ofMinutes(1));
    network.load(A, false);
    network.load(B, false);
    pass(Duration.ofMinutes(1));
    assertThat(network.looksForCommands()).isZero();
  }
}
