package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.node.fs.Mounts;
import io.mooring.node.linux.Mount;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.volume.TrackedVolume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * File systems that the kernel has stopped after errors, or has met errors in. Nothing is done
 * about it here: pods have them, and only without them can they be checked and mounted anew. Of an
 * xfs the kernel shows nothing, and it is not asked: a look starts no process.
 */
final class StoppedFileSystems implements Step {
  private final Mounts mounts;
  private final FileSystems fileSystems;

  StoppedFileSystems(Mounts mounts, FileSystems fileSystems) {
    this.mounts = requireNonNull(mounts, "mounts is null");
    this.fileSystems = requireNonNull(fileSystems, "fileSystems is null");
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
      boolean stopped =
          table.stream().anyMatch(mount -> isOf(volume, map, mount) && volume.isStopped(mount));
      if (stopped || map.filter(its -> metErrors(volume, its)).isPresent()) {
        log.found(
            Ailment.FILE_SYSTEM,
            volume.volumeId(),
            "the kernel has %s the file system of %s%s, see this host's kernel log; delete the pods that have it, and for the next one it is checked and mounted anew"
                .formatted(
                    stopped ? "stopped" : "met errors in",
                    volume.volumeId(),
                    stopped ? " after errors" : ""));
      }
    }
  }

  /** On kernels 6.12 to 6.14 that is all that can be seen of a stopped ext4. */
  private boolean metErrors(TrackedVolume volume, MultipathMap map) {
    FsType type = FsType.parse(volume.fsType());
    return Stream.concat(Stream.of(map.dmName()), map.holders().stream())
        .anyMatch(dmName -> fileSystems.metErrors(type, dmName));
  }

  /** On its map, or on what decrypts it, which is named by the WWID, too. */
  private static boolean isOf(TrackedVolume volume, Optional<MultipathMap> map, Mount mount) {
    return mount.fsType().equals(volume.fsType())
        && (map.filter(its -> its.number().equals(mount.device())).isPresent()
            || mount.source().endsWith(volume.wwid()));
  }
}
