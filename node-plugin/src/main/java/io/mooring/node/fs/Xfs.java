package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** xfs by xfsprogs. */
final class Xfs implements FsKind {
  private static final String DATA = "(?m)^data +=\\s*";
  private static final Pattern BLOCK_SIZE = Pattern.compile(DATA + "bsize=(\\d{1,9}) ");
  private static final Pattern BLOCKS =
      Pattern.compile(DATA + "bsize=\\d{1,9} +blocks=(\\d{1,18}),");

  private final Sysfs sysfs;
  private final CommandRunner commands;

  Xfs(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  @Override
  public Command make(Path device, List<String> options) {
    List<String> argv = new ArrayList<>(List.of("mkfs.xfs", "-q", "-K"));
    argv.addAll(options);
    argv.add(device.toString());
    return Command.of(argv);
  }

  /** The kernel replays the log at the mount; there is nothing that could be repaired unasked. */
  @Override
  public void check(Path device, Deadline deadline) {}

  @Override
  public long sizeBytes(Path device, Path mountPoint, Deadline deadline) {
    Command command = Command.of("xfs_info", mountPoint.toString());
    return new FsSize(commands).ask(device, command, deadline, BLOCK_SIZE, BLOCKS);
  }

  @Override
  public Command grow(Path device, Path mountPoint) {
    return Command.of("xfs_growfs", "-d", mountPoint.toString());
  }

  @Override
  public boolean held(String dmName) {
    return sysfs.exists("fs/xfs/" + dmName);
  }
}
