package io.mooring.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private final AtomicInteger rounds = new AtomicInteger();

  @Test
  void aRoundThatFailsIsNotTheLast() {
    assertGoesOnAfter(() -> {
      throw new IllegalStateException("a mistake");
    });
  }

  @Test
  void aHostWithoutAThreadLeftEndsNoLoop() {
    assertGoesOnAfter(() -> {
      throw new OutOfMemoryError("unable to create native thread");
    });
  }

  private void assertGoesOnAfter(Runnable failure) {
    Runnable failing =
        () -> {
          if (rounds.incrementAndGet() == 1) {
            failure.run();
          }
        };
    try (Background background = new Background("test", Duration.ofMillis(1), failing).start()) {
      await().until(() -> rounds.get() > 2);
      background.poke();
    }
  }

  @Test
  void aPokeMakesTheNextRoundBeginAtOnce() {
    try (Background background =
        new Background("test", Duration.ofHours(1), rounds::incrementAndGet).start()) {
      await().until(() -> rounds.get() == 1);
      background.poke();
      await().until(() -> rounds.get() == 2);
    }
  }

  @Test
  void aSecondStartIsNone() {
    try (Background background =
        new Background("test", Duration.ofHours(1), rounds::incrementAndGet).start()) {
      background.start();
      await().until(() -> rounds.get() == 1);
    }
  }

  @Test
  void whatWasNeverStartedCanBeClosed() {
    new Background("test", Duration.ofHours(1), rounds::incrementAndGet).close();
    assertThat(rounds).hasValue(0);
  }
}
