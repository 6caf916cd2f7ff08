package io.mooring.node.guard;

import java.time.Duration;

/** What the guard thinks of a path. */
sealed interface Verdict {
  /** Its connection is not known, so nothing is: the kernel is at it, or it has none. */
  record Unknown() implements Verdict {}

  /** Packets go and come, or none have to. */
  record Fine() implements Verdict {}

  /** Not dead, but nothing to fall back on now. */
  record Doubtful() implements Verdict {}

  /**
   * I/O on it waits in vain.
   *
   * @param lasting for how long that has been so
   */
  record Dead(Reason reason, Duration lasting) implements Verdict {}
}
