package io.mooring.e2e.suite;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** How calls end that are not expected to succeed at once. */
final class Calls {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Poll RETRIES = new Poll(Duration.ofSeconds(1), Duration.ofSeconds(2));

  private Calls() {}

  /** The status of a call; OK when it succeeds. */
  static Status status(Runnable call) {
    try {
      call.run();
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  static Status.Code code(Runnable call) {
    return status(call).getCode();
  }

  /**
   * Repeats a call as sidecars and kubelets do, as long as the status says that a retry may help.
   */
  static void untilOk(Runnable call) {
    AtomicReference<Status> last = new AtomicReference<>(Status.OK);
    boolean succeeded =
        RETRIES.until(
            Deadline.after(PATIENCE),
            () -> {
              Status status = status(call);
              last.set(status);
              return switch (status.getCode()) {
                case OK -> true;
                case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL -> false;
                default -> throw new AssertionError("final: " + status);
              };
            });
    if (!succeeded) {
      throw new AssertionError("no success within " + PATIENCE + "; last: " + last.get());
    }
  }

  /**
   * Repeats a call until it ends so: for changes that the called process notices in its own time.
   */
  static void untilCode(Status.Code code, Runnable call) {
    if (!RETRIES.until(Deadline.after(PATIENCE), () -> code(call) == code)) {
      throw new AssertionError("no " + code + " within " + PATIENCE);
    }
  }
}
