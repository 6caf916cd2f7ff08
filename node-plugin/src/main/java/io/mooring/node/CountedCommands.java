package io.mooring.node;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.host.OutputReader;
import io.mooring.runtime.time.Deadline;

/** Counts the programs that are run: at rest there are none. */
final class CountedCommands implements CommandRunner {
  private final CommandRunner commands;
  private final Runnable each;

  /**
   * @param each told before each program
   */
  CountedCommands(CommandRunner commands, Runnable each) {
    this.commands = requireNonNull(commands, "commands is null");
    this.each = requireNonNull(each, "each is null");
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    each.run();
    return commands.run(command, deadline);
  }

  @Override
  public CommandResult stream(Command command, Deadline deadline, OutputReader reader) {
    each.run();
    return commands.stream(command, deadline, reader);
  }
}
