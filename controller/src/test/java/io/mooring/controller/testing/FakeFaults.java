package io.mooring.controller.testing;

import io.grpc.Status;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What goes wrong on a fake host. */
public final class FakeFaults {
  private final Map<String, Status> before = new ConcurrentHashMap<>();
  private final Map<String, Status> after = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
  private volatile Steps steps = new Steps();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  FakeFaults() {}

  /** The next such call fails and nothing is done. */
  public void failNext(String method, Status.Code code, String sentence) {
    before.put(method, code.toStatus().withDescription(sentence));
  }

  /** The next such call is done, and its answer is lost. */
  public void loseAnswerOfNext(String method) {
    after.put(method, Status.UNAVAILABLE.withDescription("the connection broke"));
  }

  /** Calls that change the host are broken off at these moments. */
  public void countedBy(Steps moments) {
    steps = moments;
  }

  /** Such calls wait before they do anything, until they are let go. */
  public void hold(String method) {
    held.put(method, new CountDownLatch(1));
  }

  /** Ends {@link #hold}. */
  public void letGo(String method) {
    CountDownLatch latch = held.remove(method);
    if (latch != null) {
      latch.countDown();
    }
  }

  List<String> calls() {
    return List.copyOf(calls);
  }

  <T> T around(String method, Supplier<T> work) {
    calls.add(method);
    await(held.get(method));
    Status refusal = before.remove(method);
    if (refusal != null) {
      throw refusal.asRuntimeException();
    }
    boolean change = !method.startsWith("Get") && !method.startsWith("List");
    pass(change);
    T value = work.get();
    pass(change);
    Status loss = after.remove(method);
    if (loss != null) {
      throw loss.asRuntimeException();
    }
    return value;
  }

  private void pass(boolean change) {
    try {
      if (change) {
        steps.pass();
      }
    } catch (Failure e) {
      throw Status.UNAVAILABLE.withDescription(e.sentence()).asRuntimeException();
    }
  }

  private static void await(@org.jspecify.annotations.Nullable CountDownLatch latch) {
    try {
      if (latch != null && !latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a held call was never let go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while held", e);
    }
  }
}
