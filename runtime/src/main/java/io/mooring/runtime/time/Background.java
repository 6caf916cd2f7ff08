package io.mooring.runtime.time;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a round on a thread of its own until closed. A round that fails is logged and is never
 * the last, not even after an {@link Error}: a host that has no thread left now has some later.
 */
public final class Background implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final Duration LAST_ROUND = Duration.ofSeconds(2);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  private final Supplier<Duration> pause;
  private final Runnable round;
  private final Semaphore pokes = new Semaphore(0);
  private final Thread thread;

  public Background(String name, Duration interval, Runnable round) {
    this(name, () -> interval, round);
  }

  /**
   * As above, with pauses that differ.
   *
   * @param pause asked after each round, on the thread of the rounds
   */
  public Background(String name, Supplier<Duration> pause, Runnable round) {
    this.pause = requireNonNull(pause, "pause is null");
    this.round = requireNonNull(round, "round is null");
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::repeat);
  }

  /** Nothing happens where it runs already: who starts several may break off and begin again. */
  public Background start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    return this;
  }

  /** What it repeats, as its thread is called. */
  public String name() {
    return thread.getName();
  }

  /** How long it would rest now before the next round. */
  public Duration pause() {
    return pause.get();
  }

  /** Makes the next round begin at once. */
  public void poke() {
    pokes.release();
  }

  /** One round on the caller's thread. */
  public void once() {
    round.run();
  }

  private void repeat() {
    Duration atLeast;
    do {
      atLeast = Duration.ZERO;
      try {
        once();
      } catch (RuntimeException | Error e) {
        LOG.error("{}: {}", thread.getName(), e.toString(), e);
        atLeast = AFTER_A_FAILURE;
      }
    } while (!Thread.currentThread().isInterrupted() && rest(atLeast));
  }

  private boolean rest(Duration atLeast) {
    try {
      TimeUnit.NANOSECONDS.sleep(atLeast.toNanos());
      Duration left = pause().minus(atLeast);
      if (pokes.tryAcquire(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS)) {
        pokes.drainPermits();
      }
      return true;
    } catch (InterruptedException e) {
      LOG.debug("{} ends", thread.getName(), e);
      return false;
    }
  }

  @Override
  public void close() {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(LAST_ROUND);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
