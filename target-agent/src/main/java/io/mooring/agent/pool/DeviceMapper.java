package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevices;
import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds volumes of thin pools still and lets them go on, by dmsetup(8): LVM has no command for
 * that. What the kernel says in sysfs counts, and reading it cannot hang.
 */
public final class DeviceMapper {
  /** udev has nothing to do for a device that stays what it was, so nobody waits for it. */
  private static final List<String> RESUMING = List.of("--noudevsync");

  private final CommandRunner commands;
  private final BlockDevices devices;
  private final GroupLock lock;

  public DeviceMapper(CommandRunner commands, BlockDevices devices) {
    this.commands = requireNonNull(commands, "commands is null");
    this.devices = requireNonNull(devices, "devices is null");
    lock = new GroupLock(commands);
  }

  /** The device-mapper name of a volume's LV. */
  static String name(String group, Serial volume) {
    return prefix(group) + volume.objectName().replace("-", "--");
  }

  private static String prefix(String group) {
    return group.replace("-", "--") + "-";
  }

  /**
   * From here on what the devices get waits, and what they had got is done. Without {@code
   * --noflush} the kernel waits for that; with {@code --nolockfs} it looks for no file system,
   * which only a node could have on them.
   *
   * @throws Failure DEADLINE_EXCEEDED when what they had got is not done in time; some may be
   *     suspended all the same
   */
  void suspend(List<String> names, Deadline deadline) {
    run("suspend", List.of("--nolockfs"), names, deadline);
  }

  /** Lets them go on; nothing happens to one that does. */
  void resume(List<String> names, Deadline deadline) {
    run("resume", RESUMING, names, deadline);
  }

  /**
   * The same for one of that volume group, beside LVM commands of anybody.
   *
   * @return false while one of them changes the group, and nothing was done
   */
  boolean resumeUnlessChanging(String group, String name, Deadline deadline) {
    return lock.run(group, argv("resume", RESUMING, List.of(name)), deadline)
        .map(result -> result.orFail("resume the logical volume " + name))
        .isPresent();
  }

  private void run(String what, List<String> options, List<String> names, Deadline deadline) {
    commands
        .run(Command.of(argv(what, options, names)), deadline)
        .orFail(what + " the logical volumes " + String.join(", ", names));
  }

  private static List<String> argv(String what, List<String> options, List<String> names) {
    List<String> argv = new ArrayList<>(List.of("dmsetup", what));
    argv.addAll(options);
    argv.addAll(names);
    return argv;
  }

  /** What the kernel serves under that name now. */
  ThinDevice thinDevice(String name, Deadline deadline) {
    return ThinDevice.parse(name, show(List.of("dmsetup", "table", name), deadline));
  }

  /** How many bytes of the thin device are mapped to the pool: 0 as long as nothing is written. */
  long mappedBytes(String name, Deadline deadline) {
    return ThinDevice.mappedBytes(
        name, show(List.of("dmsetup", "status", "--noflush", name), deadline));
  }

  /** Removes a device, which must not be active, from the pool. */
  void delete(ThinDevice device, Deadline deadline) {
    message(device.pool(), List.of("delete", Long.toString(device.id())), deadline);
  }

  /** Makes a device that shares all blocks of another one of its pool, which must be suspended. */
  void createSnapshot(ThinDevice snapshot, ThinDevice origin, Deadline deadline) {
    message(
        snapshot.pool(),
        List.of("create_snap", Long.toString(snapshot.id()), Long.toString(origin.id())),
        deadline);
  }

  /** The device-mapper name of a thin pool itself, below the LV of its name. */
  static String poolName(String group, String thinPool) {
    return prefix(group) + thinPool.replace("-", "--") + "-tpool";
  }

  /** Whether there is a device of that name. */
  boolean isThere(String name) {
    return devices.mapperNames().contains(name);
  }

  /** A thin pool as the kernel has it now. */
  ThinPoolDevice thinPool(String name, Deadline deadline) {
    return ThinPoolDevice.parse(
        name,
        show(List.of("dmsetup", "table", name), deadline),
        show(List.of("dmsetup", "status", "--noflush", name), deadline));
  }

  private String show(List<String> argv, Deadline deadline) {
    return commands
        .run(Command.of(argv), deadline)
        .orFail("look at the device " + argv.getLast())
        .stdout();
  }

  /** Makes the pool's metadata snapshot; false when the kernel does not, as while there is one. */
  boolean reserveMetadata(ThinPoolDevice pool, Deadline deadline) {
    return tell(List.of(pool.name()), List.of("reserve_metadata_snap"), deadline).succeeded();
  }

  void releaseMetadata(ThinPoolDevice pool, Deadline deadline) {
    var _ =
        tell(List.of(pool.name()), List.of("release_metadata_snap"), deadline)
            .orFail("release the metadata snapshot of " + pool.name());
  }

  /** A message as in the kernel's Documentation/admin-guide/device-mapper/thin-provisioning.rst. */
  private void message(String pool, List<String> words, Deadline deadline) {
    String[] number = pool.split(":", -1);
    var _ =
        tell(List.of("--major", number[0], "--minor", number[1]), words, deadline)
            .orFail("tell the thin pool %s to %s".formatted(pool, String.join(" ", words)));
  }

  /**
   * @param pool how dmsetup is told which device
   */
  private CommandResult tell(List<String> pool, List<String> words, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("dmsetup", "message"));
    argv.addAll(pool);
    argv.add("0");
    argv.addAll(words);
    return commands.run(Command.of(argv), deadline);
  }

  /**
   * To be asked before LVM copies a volume. One that is suspended LVM takes for one that it has
   * suspended itself: it leaves out its message to the pool, says that all went well, and from then
   * on its books and the kernel's differ, so that nothing can be made in the pool any more (seen
   * with LVM 2.03.31).
   *
   * @throws Failure UNAVAILABLE when it is suspended
   */
  void requireRunning(String name) {
    if (devices.suspended().contains(name)) {
      throw Failure.unavailable(
          "%s is suspended, and LVM must not copy it like that; let it go on with dmsetup resume %s"
              .formatted(name, name));
    }
  }

  /** Whether all of these are suspended. */
  boolean areSuspended(Collection<String> names) {
    return devices.suspended().containsAll(names);
  }

  /** Which of these are suspended. */
  List<String> suspendedAmong(Collection<String> names) {
    Set<String> suspended = devices.suspended();
    return names.stream().filter(suspended::contains).toList();
  }

  /** All volumes of ours in that volume group that are suspended, by device-mapper name. */
  List<String> suspendedVolumes(String group) {
    return devices.suspended().stream().filter(name -> isVolume(group, name)).toList();
  }

  private static boolean isVolume(String group, String name) {
    String prefix = prefix(group);
    Optional<Serial> volume =
        name.startsWith(prefix)
            ? Serial.ofObject(name.substring(prefix.length()).replace("--", "-"))
            : Optional.empty();
    return volume.isPresent() && name.equals(name(group, volume.get()));
  }
}
