package io.mooring.runtime.time;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test turns it or somebody pauses on it. Thread-safe. */
public final class ManualTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return nanos.get();
  }

  /** Returns at once, with the clock turned. */
  @Override
  public void pause(Duration duration) {
    pauses.add(duration);
    advance(duration);
  }

  /** Turns the clock. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  /** All pauses so far. */
  public List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
