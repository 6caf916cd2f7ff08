package io.mooring.runtime.time;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A point in time by which something must be done; passed down to every wait and every child
 * process.
 */
public final class Deadline {
  private final Ticker ticker;
  private final long atNanos;

  private Deadline(Ticker ticker, long atNanos) {
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.atNanos = atNanos;
  }

  /** That much from now, on the machine's clock. */
  public static Deadline after(Duration duration) {
    return after(duration, Ticker.system());
  }

  /** That much from now, on the given clock. */
  public static Deadline after(Duration duration, Ticker ticker) {
    return new Deadline(ticker, ticker.nanos() + duration.toNanos());
  }

  /** What is left; zero once it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, atNanos - ticker.nanos()));
  }

  /**
   * What is left in whole milliseconds, for waits that know no finer time: rounded up, so that none
   * of them ends before the deadline; zero once it has passed.
   */
  public int remainingMillis() {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(remaining().toNanos(), 1_000_000L));
  }

  public boolean expired() {
    return atNanos - ticker.nanos() <= 0;
  }

  /** The earlier of this deadline and {@code limit} from now: the bound of one step. */
  public Deadline atMost(Duration limit) {
    return remaining().compareTo(limit) <= 0 ? this : after(limit, ticker);
  }

  /** This deadline, brought forward: what must be left for undoing, answering, reading back. */
  public Deadline leaving(Duration reserve) {
    return new Deadline(ticker, atNanos - reserve.toNanos());
  }

  /** Getting a lock, a permit or the like, which may take a while. */
  @FunctionalInterface
  public interface Attempt {
    /** Whether it was got within that time. */
    boolean within(long time, TimeUnit unit) throws InterruptedException;
  }

  /**
   * Waits for that until this deadline; whether it was got.
   *
   * @throws Failure UNAVAILABLE when the process is stopping
   */
  public boolean grants(Attempt attempt) {
    try {
      return attempt.within(remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    }
  }

  /** The clock that this deadline runs on. */
  public Ticker ticker() {
    return ticker;
  }

  /** Fails with DEADLINE_EXCEEDED and that sentence once the deadline has passed. */
  public void check(String sentence) {
    if (expired()) {
      throw Failure.deadlineExceeded(sentence);
    }
  }
}
