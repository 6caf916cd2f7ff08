package io.mooring.agent.volume;

import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Both clocks of a host, turned by hand. */
public final class HandTicker implements Ticker, InstantSource {
  private long nanos = 1;
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");

  /** Time passes. */
  public void pass(Duration duration) {
    nanos += duration.toNanos();
    now = now.plus(duration);
  }

  /** Somebody sets the wall clock. */
  public void setWallClock(Duration change) {
    now = now.plus(change);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void pause(Duration duration) {
    pass(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
