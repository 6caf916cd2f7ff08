package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.qemu.VmSpec;
import io.mooring.e2e.lab.tool.CacheFolder;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The VMs of a lab as they were when they had come up for the first time: memory and disks, kept in
 * the cache. Under emulation a later lab goes on from there in seconds, where the start of the
 * systems takes most of a minute. Mooring is not part of it: its disk is taken away before, and
 * each lab has its own.
 */
final class WarmStart {
  /** Part of the key in the cache: to be changed with what is done to a VM around its saving. */
  private static final String FORM = "1";

  private static final Duration COPYING = Duration.ofMinutes(2);

  /** Free memory is made small, since all that is in use is written. */
  private static final String BEFORE =
      "umount /opt/mooring && sync && echo 3 > /proc/sys/vm/drop_caches";

  private final CacheFolder starts;
  private final Path home;
  private final HostTool tool;

  private WarmStart(Path folder, String name, HostTool tool) {
    this.starts = new CacheFolder(folder);
    this.home = folder.resolve(name);
    this.tool = requireNonNull(tool, "tool is null");
  }

  /**
   * The saved start, whether it exists or not.
   *
   * @param cache the directory of all caches; starts lie below {@code starts}
   * @param key whatever must be the same for a saved VM to be continued
   */
  static WarmStart of(Path cache, List<String> key, HostTool tool) {
    String text = FORM + String.join("\n", key);
    UUID name = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    return new WarmStart(cache.resolve("starts"), name.toString(), tool);
  }

  boolean exists() throws IOException {
    return starts.has(requireNonNull(home.getFileName()).toString());
  }

  void delete() throws IOException {
    Trees.delete(home);
  }

  /** The word that opens the shells of the saved VMs. */
  String token() throws IOException {
    return Files.readString(home.resolve("token")).strip();
  }

  /** What a VM had in its memory. */
  Path memory(String vm) {
    return home.resolve(vm + ".memory");
  }

  /** What a VM had on a disk. */
  Path disk(String vm, String serial) {
    return disk(home, vm, serial);
  }

  private static Path disk(Path folder, String vm, String serial) {
    return folder.resolve(vm + "-" + serial + ".disk");
  }

  /** Makes a copy of a saved disk that takes the writes of one lab. */
  void copyDisk(String vm, String serial, Path to) {
    copy(disk(vm, serial), to);
  }

  private void copy(Path from, Path to) {
    tool.run(
        List.of("cp", "--sparse=always", "--reflink=auto", from.toString(), to.toString()),
        Deadline.after(COPYING));
  }

  /** Saves VMs that have just come up; they stand still meanwhile and go on afterwards. */
  void save(List<VmSpec> specs, List<VirtualMachine> machines, String token) throws IOException {
    Path parent = Files.createDirectories(requireNonNull(home.getParent()));
    Path temporary =
        Files.createTempDirectory(
            parent,
            "saving",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Files.writeString(temporary.resolve("token"), token);
      for (int i = 0; i < specs.size(); i++) {
        save(specs.get(i), machines.get(i), temporary);
      }
      if (!exists()) {
        Files.move(temporary, home, StandardCopyOption.ATOMIC_MOVE);
      }
      starts.sweep();
    } finally {
      Trees.delete(temporary);
    }
  }

  private void save(VmSpec spec, VirtualMachine machine, Path folder) {
    machine.shell().check(BEFORE);
    machine.freeze();
    machine.saveMemory(folder.resolve(spec.name() + ".memory"));
    spec.disks().stream()
        .filter(disk -> !disk.readOnly())
        .forEach(disk -> copy(disk.file(), disk(folder, spec.name(), disk.serial())));
    machine.thaw();
    awaken(machine);
  }

  /** Gives a VM that stood still the time of day and the disk with Mooring. */
  static void awaken(VirtualMachine machine) {
    machine
        .shell()
        .check(
            """
            date -s @%d > /dev/null
            mount -t ext4 -o ro,noload /dev/disk/by-id/virtio-dist /opt/mooring
            """
                .formatted(Instant.now().getEpochSecond()));
  }
}
