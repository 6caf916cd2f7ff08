package io.mooring.runtime.host;

import io.mooring.runtime.time.Deadline;

/** Runs programs of the host. */
@FunctionalInterface
public interface CommandRunner {
  /**
   * Runs the command to its end, with {@code LC_ALL=C}. An exit code other than 0 is a result, not
   * a failure.
   *
   * @throws io.mooring.runtime.failure.Failure DEADLINE_EXCEEDED when the child had to be ended,
   *     which a child stuck in the kernel may survive; FAILED_PRECONDITION when the program is not
   *     installed
   */
  CommandResult run(Command command, Deadline deadline);
}
