package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Mount;
import io.mooring.node.linux.MountTable;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The host's mounts by mountinfo, mount(8) and umount(8). */
public final class HostMounts implements Mounts {
  private static final int MOST_LAYERS = 10;

  private final MountTable table;
  private final CommandRunner commands;

  public HostMounts(MountTable table, CommandRunner commands) {
    this.table = requireNonNull(table, "table is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  @Override
  public List<Mount> table() {
    return table.host();
  }

  @Override
  public List<Mount> at(Path mountPoint) {
    Path real = real(mountPoint);
    return table().stream().filter(mount -> mount.mountPoint().equals(real)).toList();
  }

  /**
   * The kernel lists real paths, and kubelet's directory may be a link. Only the way to the mount
   * point is resolved, never the mount point itself, which may be on a device that does not answer.
   */
  private static Path real(Path mountPoint) {
    Path normal = mountPoint.toAbsolutePath().normalize();
    Path parent = normal.getParent();
    Path name = normal.getFileName();
    if (parent == null || name == null) {
      return normal;
    }
    try {
      return parent.toRealPath().resolve(name);
    } catch (NoSuchFileException e) {
      return normal;
    } catch (IOException e) {
      throw Failure.internal("could not follow the path " + parent, e);
    }
  }

  @Override
  public void mount(
      Path device, Path target, FsType type, List<String> options, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("mount", "-t", type.toString()));
    addOptions(argv, options);
    argv.add(device.toString());
    argv.add(real(target).toString());
    run(argv, "mount " + device + " at " + target, deadline);
  }

  @Override
  public void bind(Path source, Path target, boolean readOnly, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("mount"));
    addOptions(argv, readOnly ? List.of("bind", "ro") : List.of("bind"));
    argv.add(source.toString());
    argv.add(real(target).toString());
    run(argv, "show " + source + " at " + target, deadline);
  }

  private static void addOptions(List<String> argv, List<String> options) {
    if (!options.isEmpty()) {
      argv.add("-o");
      argv.add(String.join(",", options));
    }
  }

  private void run(List<String> argv, String doing, Deadline deadline) {
    CommandResult result = commands.run(Command.of(argv), deadline);
    if (!result.succeeded()) {
      throw Failure.internal(
          "could not %s (%s); look at this host's kernel log".formatted(doing, result.complaint()));
    }
  }

  @Override
  public void unmount(Path target, Deadline deadline) {
    Path real = real(target);
    for (int layer = 0; layer < MOST_LAYERS; layer++) {
      int layers = at(real).size();
      if (layers == 0) {
        return;
      }
      // Without canonicalisation umount does not touch the path before the system call.
      CommandResult result =
          commands.run(Command.of("umount", "--no-canonicalize", real.toString()), deadline);
      if (!result.succeeded() && at(real).size() >= layers) {
        throw Failure.failedPrecondition(
            "could not unmount %s (%s); end what uses it".formatted(target, result.complaint()));
      }
    }
    if (!at(real).isEmpty()) {
      throw Failure.internal(
          "%s has more than %d mounts on top of each other; unmount them by hand"
              .formatted(target, MOST_LAYERS));
    }
  }
}
