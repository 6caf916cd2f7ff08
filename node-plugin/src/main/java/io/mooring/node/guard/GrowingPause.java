package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** A pause that is twice as long each time, up to a longest. */
final class GrowingPause {
  private final Duration longest;
  private Duration next;

  GrowingPause(Duration first, Duration longest) {
    this.next = requireNonNull(first, "first is null");
    this.longest = requireNonNull(longest, "longest is null");
  }

  /** Until when a pause that begins now lasts. */
  long endOfNext(long nanos) {
    long end = nanos + next.toNanos();
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return end;
  }
}
