package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.network.TcpHealth;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * For how long a connection has been owed an answer, by samples of its health: data went out after
 * the last that came in. Acknowledged they may be; the other end may still be working, or its
 * answer may be lost. Not all that is sent is answered, so whoever knows better says so.
 */
final class Unanswered {
  private long lookedAt;
  private long excusedAt;
  private OptionalLong since = OptionalLong.empty();

  /** Of a socket that is seen for the first time. */
  Unanswered(long nanos) {
    this.lookedAt = nanos;
    // What was sent before is of no interest to somebody who has just come.
    this.excusedAt = nanos;
  }

  void observe(TcpHealth health, long nanos) {
    requireNonNull(health, "health is null");
    lookedAt = nanos;
    long sentAt = nanos - health.sinceSent().toNanos();
    long heardAt = nanos - health.sinceReceived().toNanos();
    // The kernel counts in its own ticks: an answer within the same one counts as none.
    if (sentAt - heardAt < 0 || sentAt - excusedAt <= 0) {
      since = OptionalLong.empty();
    } else if (since.isEmpty() || since.getAsLong() - heardAt < 0) {
      since = OptionalLong.of(sentAt);
    }
  }

  /** Zero when nothing is owed. */
  Duration lasting() {
    return since.isPresent() ? Duration.ofNanos(lookedAt - since.getAsLong()) : Duration.ZERO;
  }

  /** Nothing that was sent so far is answered. */
  void excuse() {
    excusedAt = lookedAt;
    since = OptionalLong.empty();
  }
}
