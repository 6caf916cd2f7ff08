package io.mooring.runtime.operation;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Operations keyed by object. The same request joins the operation that is under way and gets its
 * result; another request on the same object is refused with ABORTED. An operation runs on a thread
 * of its own with a deadline of its own: a caller that gives up leaves it running, and its retry
 * joins.
 */
public final class Operations implements AutoCloseable {
  private final ConcurrentHashMap<String, Running> running = new ConcurrentHashMap<>();
  private final ExecutorService threads;

  /**
   * @param name prefix of the threads' names
   */
  public Operations(String name) {
    // Platform threads: the work ends up in the kernel, where a virtual thread would pin its
    // carrier.
    threads = Executors.newCachedThreadPool(Thread.ofPlatform().name(name + "-", 0).factory());
  }

  private record Running(
      String call, Object request, long sinceNanos, CompletableFuture<Object> result) {}

  /**
   * Runs or joins an operation and waits for its end.
   *
   * @param key the object, for example a volume id; named in the refusal
   * @param call the call's name, for example {@code NodeStageVolume}; named in the refusal
   * @param request equal requests of one call are the same operation
   * @param limit how long the work itself may take
   * @param caller how long this caller waits
   * @throws Failure what the work threw; ABORTED when the key is busy with something else;
   *     DEADLINE_EXCEEDED when the caller's time is up first
   */
  @SuppressWarnings("unchecked") // one call with one request has one result type
  public <T> T run(
      String key,
      String call,
      Object request,
      Duration limit,
      Deadline caller,
      Function<Deadline, T> work) {
    requireNonNull(request, "request is null");
    Running mine = new Running(call, request, System.nanoTime(), new CompletableFuture<>());
    Running current = running.putIfAbsent(key, mine);
    if (current == null) {
      start(key, mine, () -> work.apply(Deadline.after(limit)));
      current = mine;
    } else if (!current.call().equals(call) || !current.request().equals(request)) {
      throw Failure.aborted(
          "%s: %s has been under way for %d s; try again when it has ended"
              .formatted(
                  key,
                  current.call(),
                  TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - current.sinceNanos())));
    }
    return (T) await(key, current, caller);
  }

  private void start(String key, Running operation, Supplier<Object> work) {
    try {
      threads.execute(() -> {
        try {
          Object value = work.get();
          running.remove(key, operation);
          operation.result().complete(value);
        } catch (Throwable e) {
          running.remove(key, operation);
          operation.result().completeExceptionally(e);
        }
      });
    } catch (RuntimeException e) {
      running.remove(key, operation);
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }

  private static Object await(String key, Running operation, Deadline caller) {
    try {
      return operation.result().get(caller.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Failure.deadlineExceeded(
          key + ": " + operation.call() + " goes on; the same call again joins it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable(key + ": the process is stopping; try again when it is back");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new Failure(
          Kind.INTERNAL,
          key + ": " + operation.call() + " failed unexpectedly; see the log",
          e.getCause());
    }
  }

  /** How many operations are under way. */
  public int underWay() {
    return running.size();
  }

  /** Interrupts what is under way; every operation can be taken up again from what it left. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
