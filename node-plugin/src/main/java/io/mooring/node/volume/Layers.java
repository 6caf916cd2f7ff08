package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Mounts;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
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

  /** The only mount at that path, when it is of the map's file system or of the map's node. */
  Optional<Mount> onlyOne(Path path, MultipathMap map) {
    List<Mount> layers = at(path);
    return layers.size() == 1 && isOf(layers.getFirst(), map)
        ? Optional.of(layers.getFirst())
        : Optional.empty();
  }

  /** Where else than at that path the map's file system or its device node is mounted. */
  List<Path> elsewhere(MultipathMap map, Optional<Path> than) {
    // Compared as mountinfo writes them: the path that was given may lead over links.
    Set<Path> own =
        than.stream()
            .flatMap(path -> at(path).stream())
            .map(Mount::mountPoint)
            .collect(Collectors.toUnmodifiableSet());
    return mounts.table().stream()
        .filter(mount -> isOf(mount, map))
        .map(Mount::mountPoint)
        .filter(point -> !own.contains(point))
        .toList();
  }

  static boolean isOf(Mount mount, MultipathMap map) {
    return isFileSystemOf(mount, map) || isNodeOf(mount, map);
  }

  static boolean isFileSystemOf(Mount mount, MultipathMap map) {
    return mount.device().equals(map.number());
  }

  /** A raw device is published by a bind mount of its node, a file {@code /dm-N} of devtmpfs. */
  static boolean isNodeOf(Mount mount, MultipathMap map) {
    return isNode(mount) && mount.root().equals("/" + map.dmName());
  }

  /** Whether it is a bind mount of some device-mapper node, perhaps of a device that is gone. */
  static boolean isNode(Mount mount) {
    return mount.fsType().equals(DEVICE_NODES) && mount.root().startsWith("/dm-");
  }
}
