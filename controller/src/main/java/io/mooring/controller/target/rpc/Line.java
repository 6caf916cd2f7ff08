package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A channel, and whether who answers on it has been proven since it was last connected. Behind the
 * same endpoint another host may answer after a reconnect.
 */
final class Line {
  private static final long NEVER = -1;

  private final ManagedChannel channel;
  private final AtomicLong losses = new AtomicLong();
  private final AtomicLong provenAfterLosses = new AtomicLong(NEVER);

  Line(ManagedChannel channel) {
    this.channel = requireNonNull(channel, "channel is null");
    watch(channel.getState(false));
  }

  private void watch(ConnectivityState from) {
    channel.notifyWhenStateChanged(
        from,
        () -> {
          if (from == ConnectivityState.READY) {
            losses.incrementAndGet();
          }
          ConnectivityState now = channel.getState(false);
          if (now != ConnectivityState.SHUTDOWN) {
            watch(now);
          }
        });
  }

  ManagedChannel channel() {
    return channel;
  }

  /** How often the connection was lost; what is proven holds until the next time. */
  long losses() {
    return losses.get();
  }

  boolean proven() {
    return provenAfterLosses.get() == losses.get();
  }

  void proven(long afterLosses) {
    provenAfterLosses.set(afterLosses);
    // The other watch is told of changes on a thread that may be late: it can miss a connection
    // that came and went meanwhile. This one begins while there is one.
    channel.notifyWhenStateChanged(ConnectivityState.READY, losses::incrementAndGet);
  }

  /**
   * Whether to connect anew instead of waiting: gRPC lets calls fail at once while it backs off,
   * for up to two minutes after the host is back.
   */
  boolean failed() {
    ConnectivityState state = channel.getState(false);
    return state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.SHUTDOWN;
  }

  /** Calls under way may end. */
  void close() {
    channel.shutdown();
  }
}
