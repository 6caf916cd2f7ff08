package io.mooring.node.volume;

import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks of file systems, of which most take no time and some take an hour. */
@Timeout(60)
class HeavyWorkTest {
  private final HeavyWork heavy = new HeavyWork((phase, took) -> {});
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
    threads.close();
  }

  /** A check that has not ended when a short one would have to. */
  private static Consumer<Deadline> slow(Runnable whenItTakesLong) {
    return deadline -> {
      if (deadline.remaining().compareTo(Duration.ofMinutes(2)) < 0) {
        throw Failure.deadlineExceeded("fsck.ext4 was ended");
      }
      whenItTakesLong.run();
    };
  }

  private void takeLongTwice() throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      threads.execute(() ->
          heavy.check(
              NodeUnderTest.soon(),
              slow(() -> {
                both.countDown();
                await();
              })));
    }
    both.await();
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCheckThatTakesLongIsBegunOnceMoreAndThenGoesOnToItsEnd() {
    List<Duration> times = new ArrayList<>();
    heavy.check(
        NodeUnderTest.soon(),
        deadline -> {
          times.add(deadline.remaining());
          slow(() -> {}).accept(deadline);
        });
    assertThat(times).hasSize(2);
    assertThat(times.getLast()).isGreaterThan(Duration.ofMinutes(50));
  }

  @Test
  void cleanFileSystemsDoNotWaitForThoseThatTakeLong() throws InterruptedException {
    takeLongTwice();
    List<String> checked = new ArrayList<>();
    heavy.check(NodeUnderTest.soon(), _ -> checked.add("clean"));
    assertThat(checked).containsExactly("clean");
  }

  @Test
  void moreThatTakeLongComeLater() throws InterruptedException {
    takeLongTwice();
    assertRefused(
        Kind.DEADLINE_EXCEEDED,
        () -> heavy.check(NodeUnderTest.soon(), slow(() -> {})),
        "its check takes long",
        "try again");
  }

  @Test
  void whatFsckSaysIsSaidAtOnce() {
    assertRefused(
        Kind.UNAVAILABLE,
        () ->
            heavy.check(
                NodeUnderTest.soon(),
                _ -> {
                  throw Failure.unavailable("errors that are not repaired without a person");
                }),
        "without a person");
  }
}
