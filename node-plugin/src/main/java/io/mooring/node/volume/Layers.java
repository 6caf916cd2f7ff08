package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Mounts;
import io.mooring.node.linux.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whose mounts are at a path. Decided by device numbers in mountinfo; the path is not touched. */
final class Layers {
  private static final String DEVICE_NODES = "devtmpfs";

  private final Mounts mounts;

  Layers(Mounts mounts) {
    this.mounts = requireNonNull(mounts, "mounts is null");
  }

  List<Mount> at(Path path) {
    return mounts.at(path);
  }

  /** The only mount at that path, when it is of the device's file system or of its node. */
  Optional<Mount> onlyOne(Path path, VolumeDevice device) {
    List<Mount> layers = at(path);
    return layers.size() == 1 && isOf(layers.getFirst(), device)
        ? Optional.of(layers.getFirst())
        : Optional.empty();
  }

  /** Where else than at that path the device's file system or its node is mounted. */
  List<Path> elsewhere(VolumeDevice device, Optional<Path> than) {
    // Compared as mountinfo writes them: the path that was given may lead over links.
    Set<Path> own =
        than.stream()
            .flatMap(path -> at(path).stream())
            .map(Mount::mountPoint)
            .collect(Collectors.toUnmodifiableSet());
    return mounts.table().stream()
        .filter(mount -> isOf(mount, device))
        .map(Mount::mountPoint)
        .filter(point -> !own.contains(point))
        .toList();
  }

  /** The only mount at that path, when it is of the device's file system. */
  Optional<Mount> fileSystem(Path path, VolumeDevice device) {
    return onlyOne(path, device).filter(mount -> isFileSystemOf(mount, device));
  }

  static boolean isOf(Mount mount, VolumeDevice device) {
    return isFileSystemOf(mount, device) || isNodeOf(mount, device);
  }

  static boolean isFileSystemOf(Mount mount, VolumeDevice device) {
    return mount.device().equals(device.number());
  }

  /** A raw device is published by a bind mount of its node, a file {@code /dm-N} of devtmpfs. */
  static boolean isNodeOf(Mount mount, VolumeDevice device) {
    return isNode(mount) && mount.root().equals("/" + device.dmName());
  }

  /** Whether it is a bind mount of some device-mapper node, perhaps of a device that is gone. */
  static boolean isNode(Mount mount) {
    return mount.fsType().equals(DEVICE_NODES) && mount.root().startsWith("/dm-");
  }
}
