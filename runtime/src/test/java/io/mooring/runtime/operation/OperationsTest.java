package io.mooring.runtime.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperationsTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Operations operations = new Operations("test");
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void stop() {
    operations.close();
  }

  private String stage(
      String volume, String request, Deadline caller, Function<Deadline, String> work) {
    return operations.run(volume, "NodeStageVolume", request, LIMIT, caller, work);
  }

  private CompletableFuture<String> stageLater(String volume, String request) {
    return CompletableFuture.supplyAsync(
        () -> stage(volume, request, Deadline.after(LIMIT), this::untilReleased), THREADS);
  }

  private String untilReleased(Deadline limit) {
    runs.incrementAndGet();
    try {
      mayEnd.await();
      return "done";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("stopped");
    }
  }

  private static void assertKind(Throwable thrown, Kind kind) {
    assertThat(thrown)
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.kind()).isEqualTo(kind));
  }

  @Test
  void theSameRequestJoinsTheOperationUnderWay() {
    List<CompletableFuture<String>> callers =
        List.of(stageLater("v", "r"), stageLater("v", "r"), stageLater("v", "r"));
    await().until(() -> operations.underWay() == 1 && runs.get() == 1);
    mayEnd.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.join()).isEqualTo("done"));
    assertThat(operations.underWay()).isZero();
  }

  @Test
  void anotherRequestOnTheSameObjectIsAborted() {
    CompletableFuture<String> first = stageLater("v", "r");
    await().until(() -> runs.get() == 1);

    assertThatThrownBy(() -> stage("v", "other", Deadline.after(LIMIT), this::untilReleased))
        .satisfies(thrown -> assertKind(thrown, Kind.ABORTED))
        .hasMessageContaining("v: NodeStageVolume has been under way for");
    assertThatThrownBy(() ->
            operations.run("v", "NodeUnstageVolume", "r", LIMIT, Deadline.after(LIMIT), _ -> "x"))
        .satisfies(thrown -> assertKind(thrown, Kind.ABORTED));
    mayEnd.countDown();
    assertThat(first.join()).isEqualTo("done");
  }

  @Test
  void operationsOnOtherObjectsAreNotHeldUp() {
    CompletableFuture<String> first = stageLater("v", "r");

    assertThat(stage("w", "r", Deadline.after(LIMIT), _ -> "other")).isEqualTo("other");
    mayEnd.countDown();
    first.join();
  }

  @Test
  void aCallerThatGivesUpLeavesItRunningAndItsRetryJoins() {
    assertThatThrownBy(
            () -> stage("v", "r", Deadline.after(Duration.ofMillis(50)), this::untilReleased))
        .satisfies(thrown -> assertKind(thrown, Kind.DEADLINE_EXCEEDED))
        .hasMessageContaining("joins");

    mayEnd.countDown();
    assertThat(stage("v", "r", Deadline.after(LIMIT), _ -> "done")).isEqualTo("done");
  }

  @Test
  void afterAFailureTheNextCallStartsAnew() {
    Failure failure = Failure.internal("broken");
    assertThatThrownBy(() ->
            stage(
                "v",
                "r",
                Deadline.after(LIMIT),
                _ -> {
                  throw failure;
                }))
        .isSameAs(failure);

    assertThat(stage("v", "r", Deadline.after(LIMIT), _ -> "done")).isEqualTo("done");
  }

  @Test
  void anUnexpectedExceptionIsInternalAndKeepsItsCause() {
    IllegalStateException cause = new IllegalStateException("bug");

    assertThatThrownBy(() ->
            stage(
                "v",
                "r",
                Deadline.after(LIMIT),
                _ -> {
                  throw cause;
                }))
        .satisfies(thrown -> assertKind(thrown, Kind.INTERNAL))
        .hasCause(cause);
  }

  @Test
  void theWorkGetsItsOwnLimitNotTheCallers() {
    AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);

    stage(
        "v",
        "r",
        Deadline.after(Duration.ofHours(5)),
        limit -> {
          left.set(limit.remaining());
          return "x";
        });

    assertThat(left.get()).isPositive().isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void closingInterruptsWhatIsUnderWayAndRefusesWhatComes() {
    CompletableFuture<String> first = stageLater("v", "r");
    await().until(() -> runs.get() == 1);

    operations.close();

    assertThatThrownBy(first::join).hasCauseInstanceOf(Failure.class);
    assertThatThrownBy(() -> stage("w", "r", Deadline.after(LIMIT), _ -> "x"))
        .satisfies(thrown -> assertKind(thrown, Kind.UNAVAILABLE));
  }
}
