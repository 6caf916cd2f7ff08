package io.mooring.runtime.time;

import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Monotonic time and the pauses of a waiting thread; a test's ticker moves when it pauses. */
public interface Ticker {
  /** Nanoseconds from an arbitrary origin, never going back. */
  long nanos();

  /** Lets that much time pass. An interrupt ends it with a failure and stays set. */
  void pause(Duration duration);

  /** The machine's clock. */
  static Ticker system() {
    return SystemTicker.INSTANCE;
  }

  /** System.nanoTime and a real sleep. */
  enum SystemTicker implements Ticker {
    INSTANCE;

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void pause(Duration duration) {
      try {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.unavailable("the process is stopping; try again when it is back");
      }
    }
  }
}
