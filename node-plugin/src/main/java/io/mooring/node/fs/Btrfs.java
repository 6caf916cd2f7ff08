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

/** btrfs, on one device, by btrfs-progs. */
final class Btrfs implements FsKind {
  /** One directory for each that is mounted, by its fsid, or by a passing one (kernel 6.7). */
  static final String MOUNTED = "fs/btrfs";

  private static final Pattern SIZE = Pattern.compile("(?m)^\\s+Device size:\\s+(\\d{1,18})$");

  private final Sysfs sysfs;
  private final CommandRunner commands;

  Btrfs(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  @Override
  public Command make(Path device, List<String> options) {
    List<String> argv = new ArrayList<>(List.of("mkfs.btrfs", "-q", "-K"));
    argv.addAll(options);
    argv.add(device.toString());
    return Command.of(argv);
  }

  /**
   * The kernel replays the log at the mount and finds by checksums what is wrong. {@code btrfs
   * check --repair} is a last resort that can destroy more, so it is never run unasked.
   */
  @Override
  public void check(Path device, Deadline deadline) {}

  /** Asks the kernel: the superblock on the disk may just be written. */
  @Override
  public long sizeBytes(Path device, Path mountPoint, Deadline deadline) {
    Command command = Command.of("btrfs", "filesystem", "usage", "--raw", mountPoint.toString());
    return new FsSize(commands).ask(device, command, deadline, SIZE);
  }

  @Override
  public Command grow(Path device, Path mountPoint) {
    return Command.of("btrfs", "filesystem", "resize", "max", mountPoint.toString());
  }

  /** By its device and not by its fsid: a copy may bear that of another device. */
  @Override
  public boolean held(String dmName) {
    return sysfs.list(MOUNTED).stream()
        .anyMatch(fsid -> sysfs.exists(MOUNTED + "/" + fsid + "/devices/" + dmName));
  }
}
