package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes objects out of configfs, in child processes with a deadline: the kernel lets some removals
 * wait for commands in flight, in a sleep that nothing interrupts.
 *
 * <p>While such a removal waits it holds the lock of the directory that it removes from, so that
 * even a look into that directory would hang. {@link #linkTarget} looks from a child, too. And a
 * removal that waits behind another one would, when its turn comes, remove what was made meanwhile;
 * so there is never a second child for one path, even if the first belongs to an agent that died.
 */
final class Removal {
  private static final Poll LOOK = new Poll(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final ConfigFs fs;
  private final CommandRunner commands;
  private final Predicate<String> underWay;

  /**
   * Removes through these commands.
   *
   * @param underWay whether a process lives that has this argument
   */
  Removal(ConfigFs fs, CommandRunner commands, Predicate<String> underWay) {
    this.fs = requireNonNull(fs, "fs is null");
    this.commands = requireNonNull(commands, "commands is null");
    this.underWay = requireNonNull(underWay, "underWay is null");
  }

  /** Removes a link; nothing happens where there is none. */
  void unlink(String path, String doing, Deadline deadline) {
    String absolute = fs.absolute(path).toString();
    if (!LOOK.until(deadline, () -> !underWay.test(absolute))) {
      throw waiting(doing);
    }
    commands.run(Command.of("rm", "-f", "--", absolute), deadline).orFail(doing);
  }

  /**
   * Removes directories, in this order, without those that do not exist. They must hold no link any
   * more: a removal of a directory whose link is still waiting would lock its parent, too.
   */
  void removeDirectories(List<String> paths, String doing, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("rmdir", "--"));
    paths.stream().filter(fs::exists).map(path -> fs.absolute(path).toString()).forEach(argv::add);
    if (argv.size() == 2) {
      return;
    }
    commands.run(Command.of(argv), deadline).orFail(doing);
    for (String path : paths) {
      if (fs.exists(path)) {
        throw Failure.internal(
            "could not %s: %s is still there; try again".formatted(doing, fs.absolute(path)));
      }
    }
  }

  /** Writes 0 to an attribute, which for a portal group waits until its sessions have ended. */
  void disable(String path, String doing, Deadline deadline) {
    Command write = Command.of("tee", "--", fs.absolute(path).toString()).withInput("0");
    commands.run(write, deadline).orFail(doing);
  }

  /** Where a link leads that may be on its way out; empty where there is none. */
  Optional<String> linkTarget(String path, String doing, Deadline deadline) {
    String absolute = fs.absolute(path).toString();
    if (underWay.test(absolute)) {
      throw waiting(doing);
    }
    CommandResult result =
        commands.run(Command.of("readlink", "-m", "--", absolute), deadline).orFail(doing);
    String target = result.stdout().strip();
    // Where there is no link, readlink -m gives the path itself.
    return target.equals(absolute)
        ? Optional.empty()
        : Optional.of(fs.absolute("").relativize(Path.of(target)).toString());
  }

  private static Failure waiting(String doing) {
    return Failure.deadlineExceeded(
        "could not " + doing + " because an earlier removal has not ended; try again");
  }

  /** Whether the host has a process with this argument, whoever started it. */
  static boolean anyProcessHas(String argument) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().arguments())
        .anyMatch(
            arguments -> arguments.isPresent() && List.of(arguments.get()).contains(argument));
  }
}
