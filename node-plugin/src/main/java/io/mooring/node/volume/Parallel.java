package io.mooring.node.volume;

import io.mooring.runtime.failure.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Work on other threads, whose failures are to be those of the thread that waits. */
final class Parallel {
  private Parallel() {}

  /** Waits; throws what the work threw. The work has a deadline of its own. */
  static <T> T await(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Failure failure
          ? failure
          : Failure.internal("a step failed unexpectedly; see the log", e);
    }
  }
}
