package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a file system out of what its own program says of it. */
final class FsSize {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final CommandRunner commands;

  FsSize(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * Asks the program.
   *
   * @param factors the size is the product of the numbers that are their first groups
   */
  long ask(Path device, Command command, Deadline deadline, Pattern... factors) {
    String said =
        commands
            .run(command, deadline.atMost(LIMIT))
            .orFail("look how large the file system on " + device + " is")
            .stdout();
    long size = 1;
    for (Pattern factor : factors) {
      Matcher matcher = factor.matcher(said);
      if (!matcher.find()) {
        throw Failure.internal(
            "%s described the file system on %s in a form that is not known"
                .formatted(command.program(), device));
      }
      size *= Long.parseLong(matcher.group(1));
    }
    return size;
  }
}
