package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LVM's own lock of a volume group: {@code flock(2)} on the file {@code V_<group>}, exclusive in
 * every command that changes something, for all of its time, and gone with its process. So it tells
 * of commands that outlived their agent, and of an administrator's. It is taken by the host's
 * flock(1): the lock that Java takes is another kind, and in a container the file is not this
 * process's.
 */
final class GroupLock {
  private static final String USUAL = "/run/lock/lvm";
  private static final Pattern DIRECTORY = Pattern.compile("locking_dir=\"(/[^\"]*)\"");
  private static final int TAKEN = 75;

  /**
   * flock(1) says so of a file that it can neither open nor make. LVM makes the directory with its
   * first lock: where there is none, nobody has one.
   */
  private static final int NO_FILE = 66;

  private final CommandRunner commands;

  GroupLock(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * Runs a command while no LVM command changes the group, and keeps those that come waiting until
   * it has ended. Commands that only read do no harm.
   *
   * @return empty when an LVM command is at work, and nothing was run
   */
  Optional<CommandResult> run(String group, List<String> argv, Deadline deadline) {
    List<String> locked = new ArrayList<>(List.of("flock", "--shared", "--nonblock"));
    locked.addAll(List.of("--conflict-exit-code", Integer.toString(TAKEN)));
    locked.add(file(group, deadline));
    locked.addAll(argv);
    CommandResult result = commands.run(Command.of(locked), deadline);
    return switch (result.exitCode()) {
      case TAKEN -> Optional.empty();
      case NO_FILE -> Optional.of(commands.run(Command.of(argv), deadline));
      default -> Optional.of(result);
    };
  }

  /** Asks LVM, which looks at its configuration for that and at no device. */
  private String file(String group, Deadline deadline) {
    CommandResult said =
        commands.run(
            Command.of("lvmconfig", "--typeconfig", "full", "global/locking_dir"), deadline);
    Matcher directory = DIRECTORY.matcher(said.stdout());
    String where = said.succeeded() && directory.find() ? directory.group(1) : USUAL;
    return where + "/V_" + group;
  }
}
