package io.mooring.runtime.rpc;

import io.grpc.Context;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long the current call may take. */
public final class CallDeadline {
  private CallDeadline() {}

  /**
   * The caller's deadline, brought forward, so that the answer still reaches it.
   *
   * @param standard counts when the caller set none
   * @param reserve left for the way back
   */
  public static Deadline current(Duration standard, Duration reserve) {
    io.grpc.Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return Deadline.after(standard);
    }
    long nanos = deadline.timeRemaining(TimeUnit.NANOSECONDS) - reserve.toNanos();
    return Deadline.after(Duration.ofNanos(Math.max(0, nanos)));
  }
}
