package io.mooring.node.guard;

import java.time.Duration;

/**
 * How many packets a connection has lost in the last 30 to 60 seconds, counted while it is
 * answered: what is sent again during a silence says nothing about the time before.
 */
final class Losses {
  private static final long HALF_NANOS = Duration.ofSeconds(30).toNanos();

  private long known;
  private long current;
  private long previous;
  private long began;

  /** Of a connection that has lost that many so far. */
  Losses(long nanos, long lost) {
    began = nanos;
    known = lost;
  }

  void count(long nanos, long lost) {
    if (nanos - began >= HALF_NANOS) {
      previous = nanos - began >= 2 * HALF_NANOS ? 0 : current;
      current = 0;
      began = nanos;
    }
    current += Math.max(0, lost - known);
    known = lost;
  }

  long recent() {
    return previous + current;
  }
}
