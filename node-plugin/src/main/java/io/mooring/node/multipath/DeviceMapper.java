package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The few things for which multipathd is not the right one to ask, by dmsetup(8). Maps are
 * addressed by their uuid, never by a name or a number that another map could have meanwhile.
 */
final class DeviceMapper {
  /** A path in a map's status, with the state A (active) or F (failed) behind it. */
  private static final Pattern ACTIVE = Pattern.compile(" (\\d+:\\d+) A ");

  private final CommandRunner commands;

  DeviceMapper(CommandRunner commands) {
    this.commands = requireNonNull(commands, "commands is null");
  }

  OptionalInt openCount(Wwid wwid, Deadline deadline) {
    CommandResult result =
        commands.run(
            Command.of("dmsetup", "info", "-c", "--noheadings", "-o", "open", "--uuid", uuid(wwid)),
            deadline);
    String count = result.stdout().strip();
    return result.succeeded() && count.matches("\\d{1,9}")
        ? OptionalInt.of(Integer.parseInt(count))
        : OptionalInt.empty();
  }

  /** The disks that take I/O, by the name of their map, from the kernel's drivers/md/dm-mpath.c. */
  Map<String, Set<DeviceNumber>> activePaths(Deadline deadline) {
    return activePaths(
        commands
            .run(Command.of("dmsetup", "status", "--noflush", "--target", "multipath"), deadline)
            .orFail("ask the kernel for the paths of its maps")
            .stdout());
  }

  private static Map<String, Set<DeviceNumber>> activePaths(String answer) {
    Map<String, Set<DeviceNumber>> paths = new HashMap<>();
    for (String line : answer.lines().toList()) {
      int end = line.indexOf(": ");
      if (end > 0) {
        paths.put(
            line.substring(0, end),
            ACTIVE
                .matcher(line)
                .results()
                .flatMap(path -> DeviceNumber.parse(path.group(1)).stream())
                .collect(Collectors.toUnmodifiableSet()));
      }
    }
    return paths;
  }

  /** A message of the kernel's drivers/md/dm-mpath.c. */
  void failPath(Wwid wwid, DeviceNumber path, Deadline deadline) {
    commands
        .run(
            Command.of("dmsetup", "message", "--uuid", uuid(wwid), "0", "fail_path " + path),
            deadline)
        .orFail("fail the path %s of the map %s".formatted(path, wwid));
  }

  void resume(Wwid wwid, Deadline deadline) {
    commands
        .run(Command.of("dmsetup", "resume", "--uuid", uuid(wwid)), deadline)
        .orFail("resume the map " + wwid);
  }

  void remove(Wwid wwid, Deadline deadline) {
    commands
        .run(Command.of("dmsetup", "remove", "--uuid", uuid(wwid)), deadline)
        .orFail("remove the map " + wwid);
  }

  private static String uuid(Wwid wwid) {
    return "mpath-" + wwid;
  }
}
