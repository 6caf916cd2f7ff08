package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** ext4 by e2fsprogs. */
final class Ext4 implements FsKind {
  private static final Pattern BLOCKS = Pattern.compile("(?m)^Block count: +(\\d{1,18})$");
  private static final Pattern BLOCK_SIZE = Pattern.compile("(?m)^Block size: +(\\d{1,9})$");

  /** fsck(8): 1 is "errors corrected", 2 is "reboot", which concerns a mounted root only. */
  private static final int CORRECTED = 1 | 2;

  private final Sysfs sysfs;
  private final CommandRunner commands;

  Ext4(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  /** Zeroing the tables and the journal now is left out, since they read as zeros. */
  @Override
  public Command make(Path device, List<String> options) {
    List<String> argv = new ArrayList<>(List.of("mkfs.ext4", "-q"));
    // Of several -E mkfs.ext4 heeds the last one only.
    String extended = "nodiscard,lazy_itable_init=1,lazy_journal_init=1";
    for (int i = 0; i + 1 < options.size(); i += 2) {
      if (options.get(i).equals("-E")) {
        extended += "," + options.get(i + 1);
      } else {
        argv.addAll(options.subList(i, i + 2));
      }
    }
    argv.addAll(List.of("-E", extended, device.toString()));
    return Command.of(argv);
  }

  @Override
  public void check(Path device, Deadline deadline) {
    CommandResult result = commands.run(Command.of("fsck.ext4", "-p", device.toString()), deadline);
    if ((result.exitCode() & ~CORRECTED) != 0) {
      // One that may pass: the device stays for whoever repairs it, until the pod is given up.
      throw Failure.unavailable(
          "the file system on %s has errors that are not repaired without a person (fsck: exit code"
                  .formatted(device)
              + " %d %s); run fsck.ext4 on it by hand"
                  .formatted(result.exitCode(), result.complaint()));
    }
  }

  @Override
  public long sizeBytes(Path device, Path mountPoint, Deadline deadline) {
    Command command = Command.of("dumpe2fs", "-h", device.toString());
    return new FsSize(commands).ask(device, command, deadline, BLOCKS, BLOCK_SIZE);
  }

  @Override
  public Command grow(Path device, Path mountPoint) {
    return Command.of("resize2fs", device.toString());
  }

  @Override
  public boolean held(String dmName) {
    return sysfs.exists("fs/ext4/" + dmName);
  }

  @Override
  public boolean metErrors(String dmName) {
    return sysfs.readNumber("fs/ext4/" + dmName + "/errors_count").orElse(0L) > 0;
  }

  /** Of its root it goes on telling what it knows. */
  @Override
  public Command question(Path mountPoint) {
    return Command.of("sync", mountPoint.toString());
  }
}
