package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds holders in {@code /proc} and {@code /sys}. Processes come and go while it looks, so
 * whatever cannot be read any more is left out; mount namespaces kept alive by a file descriptor
 * alone are not seen.
 */
public final class ProcHolders implements Holders {
  /** Where raw block volumes appear to pods, besides {@code /dev}. */
  private static final String KUBELET_DEVICES = "/volumeDevices/";

  private final Path proc;
  private final Sysfs sysfs;
  private final DeviceNodes nodes;
  private final MountTable mounts;

  /**
   * @param proc {@code /proc} of the host's process namespace
   */
  public ProcHolders(Path proc, Sysfs sysfs, DeviceNodes nodes) {
    this.proc = requireNonNull(proc, "proc is null");
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.nodes = requireNonNull(nodes, "nodes is null");
    this.mounts = new MountTable(proc, nodes);
  }

  @Override
  public List<Holder> of(DeviceNumber device) {
    List<Holder> holders = new ArrayList<>(devicesOnTop(device));
    holders.addAll(mountsOf(device));
    for (long pid : processes()) {
      if (hasOpen(pid, device)) {
        holders.add(new Holder(pid, name(pid), "has it open"));
      }
    }
    return List.copyOf(holders);
  }

  @Override
  public List<Holder> mountsOf(DeviceNumber device) {
    List<Holder> holders = new ArrayList<>();
    Set<String> namespaces = new HashSet<>();
    for (long pid : processes()) {
      if (namespaces.add(link(pid + "/ns/mnt").orElse(""))) {
        mounts.of(pid).orElse(List.of()).stream()
            .filter(mount -> mount.device().equals(device))
            .findFirst()
            .ifPresent(mount ->
                holders.add(new Holder(pid, name(pid), "has it mounted at " + mount.mountPoint())));
      }
    }
    return List.copyOf(holders);
  }

  private List<Holder> devicesOnTop(DeviceNumber device) {
    List<Holder> onTop = new ArrayList<>();
    for (String name : sysfs.list("dev/block/" + device + "/holders")) {
      onTop.add(new Holder(0, name, "lies on top of it"));
    }
    for (String loop : sysfs.list("block")) {
      Optional<String> file = sysfs.read("block/" + loop + "/loop/backing_file");
      if (file.isPresent() && mayBeNode(file.get()) && nodeIs(Path.of(file.get()), device)) {
        onTop.add(new Holder(0, loop, "is set up on it"));
      }
    }
    return onTop;
  }

  /**
   * The text of the link tells where to look, without touching anything: only what may be a device
   * node is looked at, since a stat of a file on a dead file system may never return.
   */
  private boolean hasOpen(long pid, DeviceNumber device) {
    String directory = pid + "/fd";
    for (String descriptor : names(proc.resolve(directory))) {
      String entry = directory + "/" + descriptor;
      Optional<String> target = link(entry);
      if (target.isPresent() && mayBeNode(target.get()) && nodeIs(proc.resolve(entry), device)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayBeNode(String target) {
    return target.startsWith("/dev/") || target.contains(KUBELET_DEVICES);
  }

  private boolean nodeIs(Path path, DeviceNumber device) {
    return nodes.at(path).filter(device::equals).isPresent();
  }

  private List<Long> processes() {
    return names(proc).stream()
        .filter(name -> name.matches("\\d{1,10}"))
        .map(Long::parseLong)
        .sorted()
        .toList();
  }

  private String name(long pid) {
    try {
      return new String(Files.readAllBytes(proc.resolve(pid + "/comm")), StandardCharsets.UTF_8)
          .strip();
    } catch (IOException e) {
      return "an ended process";
    }
  }

  private Optional<String> link(String entry) {
    try {
      return Optional.of(Files.readSymbolicLink(proc.resolve(entry)).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException | DirectoryIteratorException e) {
      return List.copyOf(names);
    }
    return List.copyOf(names);
  }
}
