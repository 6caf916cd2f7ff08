package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.util.OptionalInt;

/**
 * The few things for which multipathd is not the right one to ask, by dmsetup(8). Maps are
 * addressed by their uuid, never by a name or a number that another map could have meanwhile.
 */
final class DeviceMapper {
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
