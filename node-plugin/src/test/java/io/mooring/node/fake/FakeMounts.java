package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.fs.FsType;
import io.mooring.node.fs.Mounts;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The mount table of the fake kernel. */
final class FakeMounts implements Mounts {
  /** What a bind mount of a directory that is no mount point shows: the node's own disk. */
  static final DeviceNumber ROOT_DISK = new DeviceNumber(252, 1);

  private static final DeviceNumber DEVTMPFS = new DeviceNumber(0, 5);

  private final FakeKernel kernel;
  private final Faults faults;
  int busyUnmounts;
  boolean knowsSeLinux = true;
  Optional<String> everyMountIs = Optional.empty();

  FakeMounts(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public List<Mount> table() {
    synchronized (kernel) {
      return List.copyOf(kernel.mounts);
    }
  }

  @Override
  public void mount(
      Path device, Path target, FsType type, List<String> options, Deadline deadline) {
    act(
        "mount",
        target,
        () -> {
          FakeMap map =
              kernel
                  .mapOf(device)
                  .orElseThrow(() -> Failure.internal("could not mount " + device + ": no node"));
          FakeLun behind =
              kernel
                  .touch(map, "a mount")
                  .orElseThrow(() -> Failure.internal("could not mount " + device + ": I/O error"));
          if (!(map.content(behind) instanceof Content.Formatted formatted)
              || !formatted.type().equals(type.toString())) {
            throw Failure.internal("could not mount " + device + ": wrong fs type");
          }
          boolean duplicate =
              kernel.fsid(map, behind).stream()
                  .flatMap(kernel::mountedBtrfs)
                  .anyMatch(mounted -> mounted != map);
          if (duplicate) {
            throw Failure.internal("could not mount " + device + ": File exists");
          }
          return kernel.mounts.add(
              new Mount(
                  target.normalize(),
                  "/",
                  map.number,
                  type.toString(),
                  device.toString(),
                  access(options),
                  superOptions(options)));
        });
  }

  private static String access(List<String> options) {
    return options.contains("ro") ? "ro,relatime" : "rw,relatime";
  }

  /** As mountinfo has it. Without SELinux mount(8) leaves the context out. */
  private String superOptions(List<String> options) {
    String access = everyMountIs.orElse(options.contains("ro") ? "ro" : "rw");
    return options.stream()
        .filter(option -> knowsSeLinux && option.startsWith("context="))
        .findFirst()
        .map(context -> access + "," + context)
        .orElse(access);
  }

  @Override
  public void bind(Path source, Path target, boolean readOnly, Deadline deadline) {
    act(
        "bind",
        target,
        () -> {
          String options = readOnly ? "ro" : "rw";
          Optional<FakeMap> node = kernel.mapOf(source);
          if (node.isPresent()) {
            return add(target, "/" + node.get().dmName, DEVTMPFS, "devtmpfs", "udev", options);
          }
          List<Mount> below = at(source);
          if (below.isEmpty()) {
            return add(target, source.toString(), ROOT_DISK, "ext4", "/dev/vda1", options);
          }
          Mount top = below.getLast();
          return kernel.mounts.add(
              new Mount(
                  target.normalize(),
                  top.root(),
                  top.device(),
                  top.fsType(),
                  top.source(),
                  top.readOnly() ? "ro" : options,
                  top.superOptions()));
        });
  }

  boolean add(
      Path target, String root, DeviceNumber device, String type, String source, String options) {
    return kernel.mounts.add(
        new Mount(target.normalize(), root, device, type, source, options, "rw"));
  }

  @Override
  public void unmount(Path target, Deadline deadline) {
    act(
        "unmount",
        target,
        () -> {
          if (busyUnmounts > 0) {
            busyUnmounts--;
            throw Failure.failedPrecondition("could not unmount " + target + ": target is busy");
          }
          boolean was =
              kernel.mounts.removeIf(mount -> mount.mountPoint().equals(target.normalize()));
          kernel.shutDown.removeIf(this::isNowhere);
          kernel.erred.removeIf(this::isNowhere);
          return was;
        });
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "mounts." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }

  private boolean isNowhere(DeviceNumber device) {
    return kernel.mounts.stream().noneMatch(mount -> mount.device().equals(device));
  }

  void shutDown(Path mountPoint) {
    at(mountPoint).forEach(mount -> kernel.shutDown.add(mount.device()));
  }

  void meetErrors(Path mountPoint) {
    at(mountPoint).forEach(mount -> kernel.erred.add(mount.device()));
  }

  void superOptions(Path mountPoint, String options) {
    kernel.mounts.replaceAll(mount ->
        mount.mountPoint().equals(mountPoint)
            ? new Mount(
                mountPoint,
                mount.root(),
                mount.device(),
                mount.fsType(),
                mount.source(),
                mount.options(),
                options)
            : mount);
  }
}
