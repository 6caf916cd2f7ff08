package io.mooring.runtime.host;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;

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

  /**
   * The same for output of any length, which the reader gets on this thread. A runner that has no
   * way to hand it over while the child runs does so afterwards, with what it keeps of it.
   *
   * @return the result without standard output
   * @throws io.mooring.runtime.failure.Failure as {@link #run}; the deadline is also that of the
   *     reader, and a child is ended whose reader throws
   */
  default CommandResult stream(Command command, Deadline deadline, OutputReader reader) {
    CommandResult result = run(command, deadline);
    try {
      reader.read(new ByteArrayInputStream(result.stdout().getBytes(command.charset())));
    } catch (IOException e) {
      if (result.succeeded()) {
        throw unreadable(command, e);
      }
    }
    return new CommandResult(result.exitCode(), "", result.stderr());
  }

  /** A child that succeeded has printed something else than was expected. */
  static Failure unreadable(Command command, IOException cause) {
    return Failure.internal(
        "the output of %s cannot be read (%s); look at the version of this host's %s"
            .formatted(command.program(), cause.getMessage(), command.program()),
        cause);
  }
}
