package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * LVM through its own programs, which alone know its metadata. One writer at a time: LVM would
 * queue them by its file lock anyway, without an order and without a deadline.
 */
public final class Lvm {
  /**
   * Changes must not be killed in the middle, when a pool may be suspended; so they get time, and
   * none is begun with less.
   */
  private static final Duration CHANGE = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofSeconds(30);

  private final CommandRunner commands;
  private final LvmSettings settings;
  private final ReentrantLock writer = new ReentrantLock(true);

  public Lvm(CommandRunner commands, LvmSettings settings) {
    this.commands = requireNonNull(commands, "commands is null");
    this.settings = requireNonNull(settings, "settings is null");
  }

  /** All LVs of a volume group, ours and others. */
  List<LogicalVolume> volumes(String group, Deadline deadline) {
    return LvmReport.volumes(report(LvmReport.VOLUME_FIELDS, List.of(group), deadline));
  }

  /** One LV by name, none where there is none. */
  List<LogicalVolume> volume(String group, String name, Deadline deadline) {
    List<String> selection = List.of("--select", "lv_name=" + name, group);
    return LvmReport.volumes(report(LvmReport.VOLUME_FIELDS, selection, deadline));
  }

  /** The thin pool's row. */
  ThinPoolReport pool(String group, String pool, Deadline deadline) {
    List<String> selection = List.of("--select", "lv_name=" + pool, group);
    List<ThinPoolReport> found =
        LvmReport.pools(report(LvmReport.POOL_FIELDS, selection, deadline));
    if (found.isEmpty() || !found.getFirst().segmentType().equals("thin-pool")) {
      throw Failure.failedPrecondition(
          "volume group %s has no thin pool %s; make one (lvcreate --type thin-pool -Zy -L SIZE -n %s %s) or correct the configuration"
              .formatted(group, pool, pool, group));
    }
    return found.getFirst();
  }

  /** The numbers that the thin LVs of a pool have in it, by name. */
  Map<String, Long> thinIds(String group, String pool, Deadline deadline) {
    return LvmReport.thinIds(report(LvmReport.THIN_FIELDS, List.of(group), deadline), pool);
  }

  private String report(String fields, List<String> selection, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("lvs", "--config", settings.text()));
    argv.addAll(List.of("--reportformat", "json", "--units", "b", "--nosuffix", "-o", fields));
    argv.addAll(selection);
    CommandResult result = commands.run(Command.of(argv), deadline.atMost(LOOK));
    if (!result.succeeded()) {
      throw Failure.unavailable(
          "volume group %s cannot be read (%s); check with vgs that its disks are there"
              .formatted(selection.getLast(), result.complaint()));
    }
    return result.stdout();
  }

  /** Makes a thin LV with its tags, active. */
  void createThin(
      String group, String pool, String name, long bytes, List<String> tags, Deadline deadline) {
    List<String> arguments = new ArrayList<>(List.of("--yes", "--type", "thin"));
    arguments.addAll(List.of("--thinpool", pool, "--virtualsize", bytes + "b", "--name", name));
    arguments.addAll(List.of("--wipesignatures", "n", "--setactivationskip", "n"));
    tags.forEach(tag -> arguments.addAll(List.of("--addtag", tag)));
    arguments.add(group);
    change("lvcreate", arguments, "make the logical volume " + group + "/" + name, deadline);
  }

  /**
   * Makes a thin LV that shares all blocks of another one, which may be in use.
   *
   * @param active whether it is activated now and whenever the group is
   */
  void copyThin(
      String group, String of, String name, boolean active, List<String> tags, Deadline deadline) {
    List<String> arguments = new ArrayList<>(List.of("--yes", "--snapshot", "--name", name));
    arguments.addAll(List.of("--setactivationskip", active ? "n" : "y"));
    tags.forEach(tag -> arguments.addAll(List.of("--addtag", tag)));
    arguments.add(group + "/" + of);
    change("lvcreate", arguments, "copy " + group + "/" + of + " to " + name, deadline);
  }

  void extend(String group, String name, long bytes, Deadline deadline) {
    change(
        "lvextend",
        List.of("--size", bytes + "b", group + "/" + name),
        "extend the logical volume " + group + "/" + name,
        deadline);
  }

  void changeTags(
      String group, String name, List<String> removed, List<String> added, Deadline deadline) {
    changeTags(group, List.of(name), removed, added, deadline);
  }

  /** The same for several LVs, one after the other. */
  void changeTags(
      String group,
      List<String> names,
      List<String> removed,
      List<String> added,
      Deadline deadline) {
    List<String> arguments = new ArrayList<>();
    removed.forEach(tag -> arguments.addAll(List.of("--deltag", tag)));
    added.forEach(tag -> arguments.addAll(List.of("--addtag", tag)));
    List<String> paths = paths(group, names);
    arguments.addAll(paths);
    change("lvchange", arguments, "change the tags of " + String.join(", ", paths), deadline);
  }

  private static List<String> paths(String group, List<String> names) {
    return names.stream().map(name -> group + "/" + name).toList();
  }

  void activate(String group, String name, Deadline deadline) {
    change(
        "lvchange",
        List.of("--activate", "y", group + "/" + name),
        "activate " + group + "/" + name,
        deadline);
  }

  void remove(String group, String name, Deadline deadline) {
    remove(group, List.of(name), deadline);
  }

  /** The same for several LVs, one after the other. */
  void remove(String group, List<String> names, Deadline deadline) {
    List<String> arguments = new ArrayList<>(List.of("--yes"));
    List<String> paths = paths(group, names);
    arguments.addAll(paths);
    change(
        "lvremove", arguments, "remove the logical volume " + String.join(", ", paths), deadline);
  }

  private void change(String program, List<String> arguments, String doing, Deadline deadline) {
    exclusively(
        doing,
        deadline,
        () -> {
          List<String> argv = new ArrayList<>(List.of(program, "--config", settings.text()));
          argv.addAll(arguments);
          CommandResult result = commands.run(Command.of(argv), Deadline.after(CHANGE));
          if (!result.succeeded()) {
            throw refused(doing, result);
          }
        });
  }

  /** Does the work while no other change is made; changes may be part of it. */
  void exclusively(String doing, Deadline deadline, Runnable work) {
    lock(doing, deadline);
    try {
      work.run();
    } finally {
      writer.unlock();
    }
  }

  private void lock(String doing, Deadline deadline) {
    if (!deadline.grants(writer::tryLock)) {
      throw Failure.deadlineExceeded(
          "could not " + doing + " because other changes of LVM took all the time; try again");
    }
  }

  private static Failure refused(String doing, CommandResult result) {
    String said = result.complaint();
    if (said.contains("nsufficient free space")
        || said.contains("free extents")
        || said.contains("metadata too large")
        || said.contains("needs to be resized")
        || said.contains("space for new")) {
      return Failure.resourceExhausted(
          "could not %s because the volume group or its thin pool is full (%s); extend it with lvextend, vgextend"
              .formatted(doing, said));
    }
    return Failure.internal(
        "could not %s: exit code %d: %s".formatted(doing, result.exitCode(), said));
  }
}
