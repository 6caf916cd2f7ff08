package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

/** What multipathd answered to a command that changes something. */
public sealed interface Reply {
  /** Done, it says. Not proof: look at sysfs. */
  record Ok() implements Reply {}

  /** The map or a partition of it is open, mounted or has a device on top. */
  record Busy() implements Reply {}

  /** multipathd has no such map or path. */
  record Unknown() implements Reply {}

  /** The administrator's configuration forbids it; no repetition cures that. */
  record Blacklisted() implements Reply {}

  /** It was too busy until the deadline; the command may still be under way, so look at sysfs. */
  record TimedOut() implements Reply {}

  /** Anything else, on one line. */
  record Refused(String text) implements Reply {
    public Refused {
      requireNonNull(text, "text is null");
    }
  }

  default boolean ok() {
    return this instanceof Ok;
  }
}
