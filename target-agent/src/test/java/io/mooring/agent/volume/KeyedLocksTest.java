package io.mooring.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeyedLocksTest {
  @Test
  void oneKeyIsHeldByOneAndOthersAreFree() throws Exception {
    KeyedLocks locks = new KeyedLocks();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread holder =
        Thread.ofPlatform()
            .start(() ->
                locks.tryHold(
                    "a",
                    () -> {
                      held.countDown();
                      awaitQuietly(release);
                    }));
    assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(locks.tryHold("a", () -> {})).isFalse();
    assertThat(locks.tryHold("b", () -> {})).isTrue();
    assertThatThrownBy(() -> locks.hold("a", Deadline.after(Duration.ofMillis(50)), () -> 1))
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.DEADLINE_EXCEEDED);

    release.countDown();
    holder.join();
    assertThat(locks.hold("a", Deadline.after(Duration.ofSeconds(10)), () -> 7)).isEqualTo(7);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFailureReleasesTheKey() {
    KeyedLocks locks = new KeyedLocks();
    assertThatThrownBy(() ->
            locks.tryHold(
                "a",
                () -> {
                  throw Failure.internal("x");
                }))
        .isInstanceOf(Failure.class);
    assertThat(locks.tryHold("a", () -> {})).isTrue();
  }

  @Test
  void severalKeysAreHeldTogetherAndFreeAgain() {
    KeyedLocks locks = new KeyedLocks();
    Deadline deadline = Deadline.after(Duration.ofSeconds(10));

    boolean free =
        locks.holdAll(
            Set.of("b", "a"),
            deadline,
            () -> isFreeForOthers(locks, "a") || isFreeForOthers(locks, "b"));

    assertThat(free).isFalse();
    assertThat(isFreeForOthers(locks, "a")).isTrue();
    assertThat(isFreeForOthers(locks, "b")).isTrue();
    assertThat(locks.holdAll(Set.of(), deadline, () -> 7)).isEqualTo(7);
  }

  private static boolean isFreeForOthers(KeyedLocks locks, String key) {
    return CompletableFuture.supplyAsync(() -> locks.tryHold(key, () -> {})).join();
  }
}
