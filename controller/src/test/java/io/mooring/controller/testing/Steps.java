package io.mooring.controller.testing;

import io.mooring.runtime.failure.Failure;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the moments before and after each change of the world, and breaks a call off at one of
 * them: what has been done stays, what comes next does not happen.
 */
public final class Steps {
  private final AtomicInteger passed = new AtomicInteger();
  private volatile int last = Integer.MAX_VALUE;

  /** The call ends at that moment, counted from 0. */
  public void endAt(int moment) {
    last = moment;
  }

  /** Everything goes on from now on. */
  public void goOn() {
    last = Integer.MAX_VALUE;
  }

  /** How many moments there were. */
  public int count() {
    return passed.get();
  }

  /** One moment. */
  public void pass() {
    if (passed.getAndIncrement() >= last) {
      throw Failure.unavailable("the controller was killed here");
    }
  }
}
