package io.mooring.e2e.deployment;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Waits for a CSI process by asking it, as livenessprobe does. */
final class Readiness {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Poll POLL = new Poll(Duration.ofMillis(100), Duration.ofSeconds(1));

  private Readiness() {}

  static void await(Channel channel, String who, Supplier<String> log) {
    AtomicReference<String> last = new AtomicReference<>("no answer yet");
    if (!POLL.until(Deadline.after(PATIENCE), () -> ready(channel, last))) {
      throw new IllegalStateException(
          who
              + " is not ready after "
              + PATIENCE.toSeconds()
              + " s: "
              + last.get()
              + "\n"
              + log.get());
    }
  }

  private static boolean ready(Channel channel, AtomicReference<String> last) {
    try {
      var answer =
          IdentityGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .probe(ProbeRequest.getDefaultInstance());
      // The specification: a missing value means ready.
      return Optional.of(answer)
          .filter(a -> a.hasReady())
          .map(a -> a.getReady().getValue())
          .orElse(true);
    } catch (StatusRuntimeException e) {
      last.set(e.getStatus().toString());
      return false;
    }
  }
}
