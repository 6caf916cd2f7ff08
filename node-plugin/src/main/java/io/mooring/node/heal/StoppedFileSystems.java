package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Mounts;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.volume.TrackedVolume;
import java.util.List;
import java.util.Optional;

/**
 * File systems that the kernel has stopped after errors. Nothing is done about it here: pods have
 * them, and only without them can they be mounted anew. Of an xfs mountinfo says nothing, and it is
 * not asked: a look starts no process.
 */
final class StoppedFileSystems implements Step {
  private final Mounts mounts;

  StoppedFileSystems(Mounts mounts) {
    this.mounts = requireNonNull(mounts, "mounts is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    List<TrackedVolume> mounted =
        look.staged().stream().filter(volume -> !volume.fsType().isEmpty()).toList();
    if (mounted.isEmpty()) {
      return;
    }
    List<Mount> table = mounts.table();
    for (TrackedVolume volume : mounted) {
      Optional<MultipathMap> map = look.map(volume);
      if (table.stream().anyMatch(mount -> isOf(volume, map, mount) && volume.isStopped(mount))) {
        log.found(
            Ailment.FILE_SYSTEM,
            volume.volumeId(),
            "the kernel has stopped the file system of %s after errors; delete the pods that have it, and for the next one it is checked and mounted anew"
                .formatted(volume.volumeId()));
      }
    }
  }

  /** On its map, or on what decrypts it, which is named by the WWID, too. */
  private static boolean isOf(TrackedVolume volume, Optional<MultipathMap> map, Mount mount) {
    return mount.fsType().equals(volume.fsType())
        && (map.filter(its -> its.number().equals(mount.device())).isPresent()
            || mount.source().endsWith(volume.wwid()));
  }
}
