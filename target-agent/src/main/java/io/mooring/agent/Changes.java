package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.rpc.CallDeadline;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs what calls change: one operation per object at a time, which equal calls join. */
final class Changes {
  /** For callers that set no deadline. */
  private static final Duration STANDARD = Duration.ofSeconds(60);

  private static final Duration RESERVE = Duration.ofMillis(200);

  /** A change may outlive its caller, who joins it with a retry. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private final Operations operations;

  Changes(Operations operations) {
    this.operations = requireNonNull(operations, "operations is null");
  }

  /** A change with a result, see {@link Operations#run}; the caller waits until its deadline. */
  <T> T make(String object, String call, Object request, Function<Deadline, T> work) {
    return operations.run(object, call, request, LIMIT, caller(), work);
  }

  /** How long the caller waits. */
  static Deadline caller() {
    return CallDeadline.current(STANDARD, RESERVE);
  }

  /** A change without a result. */
  void run(String object, String call, Object request, Consumer<Deadline> work) {
    make(
        object,
        call,
        request,
        deadline -> {
          work.accept(deadline);
          return true;
        });
  }
}
