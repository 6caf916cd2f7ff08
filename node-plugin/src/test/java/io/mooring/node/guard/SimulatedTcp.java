package io.mooring.node.guard;

import io.mooring.node.network.TcpHealth;
import java.time.Duration;
import java.util.Random;

/**
 * One writer on a TCP connection, millisecond by millisecond: a segment every 10 ms, the next one
 * when the last is acknowledged, sent again after 0.2, 0.4, 0.8, 1.6, ... s as Linux does it.
 */
final class SimulatedTcp {
  private static final int PAUSE = 10;
  private static final int PROBE = 200;
  private static final int FIRST_TIMEOUT = 400;

  private final Random random;
  private final double loss;
  private final int roundTrip;
  private long now;
  private long sentFirst;
  private long resendAt;
  private long answeredAt = Long.MAX_VALUE;
  private long heardAt;
  private long nextAt;
  private boolean waiting;
  private boolean dead;
  private int timeouts;
  private boolean probed;
  private long lost;

  /**
   * @param loss the part of packets that is lost, in either direction
   * @param roundTrip in milliseconds
   */
  SimulatedTcp(long seed, double loss, int roundTrip) {
    this.random = new Random(seed);
    this.loss = loss;
    this.roundTrip = roundTrip;
  }

  /** From now on nothing gets through, or everything but the losses does. */
  void die(boolean now) {
    dead = now;
  }

  /** Lets that much time pass. */
  void run(Duration duration) {
    for (long end = now + duration.toMillis(); now < end; now++) {
      step();
    }
  }

  private void step() {
    if (waiting && now >= answeredAt) {
      waiting = false;
      heardAt = now;
      timeouts = 0;
      probed = false;
      nextAt = now + PAUSE;
    } else if (waiting && now >= resendAt) {
      resend();
    } else if (!waiting && now >= nextAt) {
      waiting = true;
      sentFirst = now;
      answeredAt = Long.MAX_VALUE;
      resendAt = now + roundTrip + PROBE;
      send();
    }
  }

  private void resend() {
    lost++;
    if (probed) {
      timeouts++;
    }
    probed = true;
    resendAt = sentFirst + roundTrip + ((long) FIRST_TIMEOUT << timeouts);
    send();
  }

  private void send() {
    boolean arrives = random.nextDouble() >= loss;
    boolean answerArrives = random.nextDouble() >= loss;
    if (!dead && arrives && answerArrives) {
      answeredAt = Math.min(answeredAt, now + roundTrip);
    }
  }

  TcpHealth health() {
    Duration heard = Duration.ofMillis(now - heardAt);
    return new TcpHealth(
        1, waiting ? 1 : 0, heard, timeouts, lost, Duration.ofMillis(now - sentFirst), heard);
  }

  long nanos() {
    return Duration.ofMillis(now).toNanos();
  }
}
