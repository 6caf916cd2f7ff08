package io.mooring.agent.pool;

import io.mooring.agent.block.BlockDevices;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Devices of device-mapper as sysfs and dmsetup show them. */
public final class FakeMapper implements CommandRunner {
  private final Path sys;
  private final Map<String, Path> devices = new HashMap<>();
  private final Set<String> stuck = new HashSet<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final Set<String> locked = new HashSet<>();
  private String locks = "/run/lock/lvm";

  /**
   * A host without such devices.
   *
   * @param sys its {@code /sys/class/block}
   */
  public FakeMapper(Path sys) {
    this.sys = sys;
  }

  DeviceMapper mapper() {
    return new DeviceMapper(this, new BlockDevices(sys));
  }

  /** Adds a device. */
  public void device(String name, boolean suspended) {
    try {
      Path device = Files.createDirectories(sys.resolve("dm-" + devices.size()).resolve("dm"));
      Files.writeString(device.resolve("name"), name + "\n");
      devices.put(name, device);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    suspend(name, suspended);
  }

  /** dmsetup can do nothing with this one. */
  void stick(String name) {
    stuck.add(name);
  }

  void suspend(String name, boolean suspended) {
    try {
      Path device = devices.get(name);
      if (device != null) {
        Files.writeString(device.resolve("suspended"), suspended ? "1\n" : "0\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was run, in words. */
  public List<String> commands() {
    return List.copyOf(commands);
  }

  Set<String> suspended() {
    return new BlockDevices(sys).suspended();
  }

  /** Where LVM has its locks. */
  void locksAre(String directory) {
    locks = directory;
  }

  /** An LVM command takes that lock, or gives it back. */
  void lock(String file, boolean taken) {
    if (taken) {
      locked.add(file);
    } else {
      locked.remove(file);
    }
  }

  private CommandResult flock(List<String> argv, Deadline deadline) {
    if (!argv.subList(1, 5)
        .equals(List.of("--shared", "--nonblock", "--conflict-exit-code", "75"))) {
      throw new AssertionError("unexpected command: " + argv);
    }
    String file = argv.get(5);
    if (locked.contains(file)) {
      return new CommandResult(75, "", "");
    }
    return run(Command.of(argv.subList(6, argv.size())), deadline);
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    List<String> argv = command.argv();
    if (argv.getFirst().equals("lvmconfig")) {
      return new CommandResult(0, "locking_dir=\"" + locks + "\"\n", "");
    }
    if (argv.getFirst().equals("flock")) {
      return flock(argv, deadline);
    }
    List<String> names = argv.subList(3, argv.size());
    commands.add(argv.get(0) + " " + argv.get(1) + " " + String.join(" ", names));
    CommandResult result = new CommandResult(0, "", "");
    for (String name : names) {
      if (stuck.contains(name) || !devices.containsKey(name)) {
        result = new CommandResult(1, "", "Device " + name + " cannot be used");
      } else {
        suspend(name, argv.get(1).equals("suspend"));
      }
    }
    return result;
  }
}
