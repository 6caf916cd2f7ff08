package io.mooring.e2e.lab.tool;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several things at the same time. Not with CompletableFuture's own threads: on two processors that
 * is one thread, and things wait for each other.
 */
public final class Together {
  private Together() {}

  /** Does all of them and waits; the first failure is thrown when all have ended. */
  public static void run(List<Runnable> things) {
    List<Future<?>> pending = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      things.forEach(thing -> pending.add(threads.submit(thing)));
    }
    for (Future<?> ended : pending) {
      try {
        ended.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.unavailable("interrupted; start it again");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
