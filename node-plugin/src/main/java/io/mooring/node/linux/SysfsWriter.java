package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;

/**
 * Writes sysfs attributes whose write works on a device and may therefore never return: in a child
 * process, so that it is the child that hangs.
 */
public final class SysfsWriter {
  /**
   * Value and path are the shell's arguments, never part of its program. A whole line: the state of
   * a SCSI disk is taken from nothing less (store_state_field in drivers/scsi/scsi_sysfs.c).
   */
  private static final String WRITE = "printf '%s\\n' \"$1\" > \"$2\"";

  private final Sysfs sysfs;
  private final CommandRunner commands;

  public SysfsWriter(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  /**
   * Writes one value.
   *
   * @param attribute relative to sysfs's root
   * @throws io.mooring.runtime.failure.Failure INTERNAL when the kernel refuses, DEADLINE_EXCEEDED
   *     when it does not return
   */
  public void write(String attribute, String value, Deadline deadline) {
    String path = sysfs.path(attribute).toString();
    commands
        .run(Command.of("/bin/sh", "-c", WRITE, "sh", value, path), deadline)
        .orFail("write '" + value + "' to " + path);
  }
}
