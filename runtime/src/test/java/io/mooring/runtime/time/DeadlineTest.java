package io.mooring.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final ManualTicker ticker = new ManualTicker();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(10), ticker);

  @Test
  void whatIsLeftShrinksToZeroAndNotBelow() {
    ticker.advance(Duration.ofSeconds(4));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(6));
    assertThat(deadline.expired()).isFalse();
    assertThatCode(() -> deadline.check("too late")).doesNotThrowAnyException();

    ticker.advance(Duration.ofSeconds(60));
    assertThat(deadline.remaining()).isZero();
    assertThat(deadline.expired()).isTrue();
    assertThatThrownBy(() -> deadline.check("too late"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED))
        .hasMessage("too late");
  }

  @Test
  void aWaitInMillisecondsDoesNotEndBeforeTheDeadline() {
    assertThat(deadline.remainingMillis()).isEqualTo(10_000);
    ticker.advance(Duration.ofSeconds(10).minusNanos(1));
    assertThat(deadline.remainingMillis()).isEqualTo(1);
    ticker.advance(Duration.ofNanos(1));
    assertThat(deadline.remainingMillis()).isZero();
    assertThat(Deadline.after(Duration.ofDays(100), ticker).remainingMillis())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aStepGetsNoMoreThanItsLimitAndNoMoreThanWhatIsLeft() {
    assertThat(deadline.atMost(Duration.ofSeconds(3)).remaining()).isEqualTo(Duration.ofSeconds(3));
    assertThat(deadline.atMost(Duration.ofSeconds(30)).remaining())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aReserveBringsTheDeadlineForward() {
    assertThat(deadline.leaving(Duration.ofSeconds(4)).remaining())
        .isEqualTo(Duration.ofSeconds(6));
    assertThat(deadline.leaving(Duration.ofSeconds(40)).expired()).isTrue();
  }

  @Test
  void pollingLooksOftenFirstThenLessSoAndOnceMoreAtTheEnd() {
    AtomicInteger looks = new AtomicInteger();
    Poll poll = new Poll(Duration.ofSeconds(1), Duration.ofSeconds(2));

    boolean reached =
        poll.until(
            deadline,
            () -> {
              looks.incrementAndGet();
              return false;
            });

    assertThat(reached).isFalse();
    assertThat(ticker.pauses())
        .containsExactly(
            Duration.ofMillis(1000),
            Duration.ofMillis(1500),
            Duration.ofMillis(2000),
            Duration.ofMillis(2000),
            Duration.ofMillis(2000),
            Duration.ofMillis(1500));
    assertThat(looks).hasValue(7);
  }

  @Test
  void aStateThatIsThereNeedsNoPauseEvenAfterTheDeadline() {
    ticker.advance(Duration.ofSeconds(60));

    assertThat(Poll.SYSFS.forValue(deadline, () -> Optional.of("there"))).contains("there");
    assertThat(ticker.pauses()).isEmpty();
  }

  @Test
  void anInterruptEndsARealPauseAndStaysSet() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Ticker.system().pause(Duration.ofMinutes(5)))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(Thread.interrupted()).isTrue();
  }
}
