package io.mooring.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.network.TcpHealth;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  private final Unanswered unanswered = new Unanswered(at(0));

  private static long at(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private long afterALook(long now, long sentAt, long receivedAt) {
    Duration received = Duration.ofMillis(now - receivedAt);
    unanswered.observe(
        new TcpHealth(7, 0, received, 0, 0, Duration.ofMillis(now - sentAt), received), at(now));
    return unanswered.lasting().toMillis();
  }

  @Test
  void whatWasSentAfterTheLastThatCameIsUnanswered() {
    assertThat(afterALook(250, 200, 100)).isEqualTo(50);
    assertThat(afterALook(500, 200, 100)).isEqualTo(300);
    assertThat(afterALook(600, 200, 550)).isZero();
  }

  @Test
  void whatIsSentMeanwhileDoesNotMakeTheWaitShorter() {
    assertThat(afterALook(250, 200, 100)).isEqualTo(50);
    assertThat(afterALook(500, 490, 100)).isEqualTo(300);
  }

  @Test
  void anAnswerBeginsTheWaitAnew() {
    assertThat(afterALook(250, 200, 100)).isEqualTo(50);
    assertThat(afterALook(500, 450, 400)).isEqualTo(50);
  }

  @Test
  void aCommandThatIsSentAsSoonAsTheLastIsAnsweredWaits() {
    assertThat(afterALook(500, 200, 200)).isEqualTo(300);
  }

  @Test
  void whatWasSentBeforeAnybodyLookedIsNobodysConcern() {
    assertThat(afterALook(250, -100, -200)).isZero();
  }

  @Test
  void whatIsExcusedWaitsForNothingMore() {
    assertThat(afterALook(500, 200, 100)).isEqualTo(300);
    unanswered.excuse();
    assertThat(afterALook(1000, 200, 100)).isZero();
    assertThat(afterALook(1500, 1200, 100)).isEqualTo(300);
  }
}
