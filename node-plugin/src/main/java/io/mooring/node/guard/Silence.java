package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.network.TcpHealth;
import java.time.Duration;

/**
 * Judges one TCP connection by samples of its health. It is silent from the moment on that
 * unacknowledged data were seen and nothing has been heard since; both come from the kernel, so a
 * guard that was held up itself does not take its own pause for silence.
 */
final class Silence {
  /** Fewer may be an accident of a healthy path. */
  private static final int LOSSES_OF_LOSSY = 3;

  private static final int TIMEOUTS_OF_LOSSY = 3;

  /** What was sent again a moment ago may still be answered. */
  private static final int LOOKS_OF_LOSSY = 2;

  private final Thresholds thresholds;
  private final long cookie;
  private final Losses losses;
  private TcpHealth last;
  private long lastAt;
  private long pendingSince;
  private int exhausted;

  /** Of the socket with that health. */
  Silence(Thresholds thresholds, TcpHealth first, long nanos) {
    this.thresholds = requireNonNull(thresholds, "thresholds is null");
    this.cookie = first.cookie();
    this.losses = new Losses(nanos, first.lost());
    this.last = first;
    this.lastAt = nanos;
    this.pendingSince = nanos;
  }

  /** Whether that health is this very socket's. */
  boolean isOf(TcpHealth health) {
    return health.cookie() == cookie;
  }

  long cookie() {
    return cookie;
  }

  void observe(TcpHealth health, long nanos) {
    boolean waited = last.unacknowledged() > 0;
    boolean answered = health.unacknowledged() == 0 || health.sinceAck().toNanos() < nanos - lastAt;
    if (!waited) {
      pendingSince = nanos;
    }
    if (answered) {
      losses.count(nanos, health.lost());
    }
    last = health;
    lastAt = nanos;
    exhausted =
        health.timeouts() >= TIMEOUTS_OF_LOSSY && reached(thresholds.silenceOfLossy())
            ? exhausted + 1
            : 0;
  }

  /** For how long data have waited without a sign of life; zero when none wait. */
  Duration lasting() {
    if (last.unacknowledged() == 0) {
      return Duration.ZERO;
    }
    return Duration.ofNanos(Math.min(lastAt - pendingSince, last.sinceAck().toNanos()));
  }

  /** How long nothing at all has been heard, also when nothing had to be. */
  Duration sinceAck() {
    return last.sinceAck();
  }

  boolean lossy() {
    return losses.recent() >= LOSSES_OF_LOSSY;
  }

  boolean dead() {
    return lossy()
        ? exhausted >= LOOKS_OF_LOSSY
        : last.timeouts() > 0 && reached(thresholds.silence());
  }

  boolean doubtful() {
    return reached(thresholds.doubt());
  }

  private boolean reached(Duration threshold) {
    return lasting().compareTo(threshold) >= 0;
  }

  /** Whether data wait for an acknowledgement: the connection is in use. */
  boolean inUse() {
    return last.unacknowledged() > 0;
  }
}
