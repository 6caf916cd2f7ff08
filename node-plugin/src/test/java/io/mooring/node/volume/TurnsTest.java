package io.mooring.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Turns turns = new Turns(2, "others are busy");
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<String> working = new CopyOnWriteArrayList<>();

  @AfterEach
  void letGo() {
    end.countDown();
    threads.close();
  }

  private CompletableFuture<Boolean> start(String name) {
    return CompletableFuture.supplyAsync(
        () ->
            turns.run(
                Deadline.after(LONG),
                () -> {
                  working.add(name);
                  return hold();
                }),
        threads);
  }

  /** Takes both turns until the end; whether both came to theirs. */
  private CompletableFuture<Boolean> takeBoth() {
    var first = start("first");
    var second = start("second");
    await().until(() -> working.size() == 2);
    return first.thenCombine(second, Boolean::logicalAnd);
  }

  private boolean hold() {
    try {
      end.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void soManyWorkAtATimeAndTheOthersFollow() {
    var both = takeBoth();
    var third = start("third");

    await().during(Duration.ofMillis(300)).until(() -> working.size() == 2);
    end.countDown();

    assertThat(both.join() && third.join()).isTrue();
    assertThat(working).hasSize(3);
  }

  @Test
  void whoWaitsInVainHasDoneNothing() {
    var both = takeBoth();

    assertThatThrownBy(
            () -> turns.run(Deadline.after(Duration.ofMillis(50)), () -> working.add("third")))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED))
        .hasMessage("others are busy; try again");
    assertThat(working).hasSize(2);
    assertThat(both).isNotDone();
  }

  @Test
  void whoHasWaitedHasAllOfItsTimeForTheWork() {
    ManualTicker clock = new ManualTicker();
    var both = takeBoth();
    Deadline whole = Deadline.after(LONG.multipliedBy(2), clock);
    var left =
        CompletableFuture.supplyAsync(() -> turns.run(whole, LONG, Deadline::remaining), threads);
    await().until(() -> turns.waiting() == 1);

    clock.advance(LONG.minusSeconds(1));
    end.countDown();

    assertThat(left.join()).isEqualTo(LONG);
    assertThat(both.join()).isTrue();
  }

  @Test
  void aTurnThatLeavesTooLittleForTheWorkIsNotWaitedFor() {
    var both = takeBoth();

    assertThatThrownBy(
            () -> turns.run(Deadline.after(LONG), LONG.minusMillis(50), _ -> working.add("third")))
        .hasMessage("others are busy; try again");
    assertThat(working).hasSize(2);
    assertThat(both).isNotDone();
  }

  @Test
  void aTurnIsTakenAtOnceWithoutAnyTimeLeftToWait() {
    assertThat(turns.run(Deadline.after(Duration.ZERO), () -> "done")).isEqualTo("done");
  }

  @Test
  void whatFailsGivesItsTurnBack() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() ->
              turns.run(
                  Deadline.after(LONG),
                  () -> {
                    throw Failure.unavailable("broken");
                  }))
          .hasMessage("broken");
    }
  }
}
