package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Holder;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk that sits on our LUN number and is another volume's, left over from an earlier use of the
 * number. Unused, it is taken away together with its map; in use, nothing is touched.
 */
final class StaleDisks {
  private static final Logger LOG = LoggerFactory.getLogger(StaleDisks.class);

  private final Devices devices;
  private final Tracking tracking;
  private final MapRemoval mapRemoval;
  private final PathRemoval pathRemoval;
  private final AlienPaths aliens;

  StaleDisks(
      Devices devices,
      Tracking tracking,
      MapRemoval mapRemoval,
      PathRemoval pathRemoval,
      AlienPaths aliens) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.mapRemoval = requireNonNull(mapRemoval, "mapRemoval is null");
    this.pathRemoval = requireNonNull(pathRemoval, "pathRemoval is null");
    this.aliens = requireNonNull(aliens, "aliens is null");
  }

  /**
   * Takes the disk away.
   *
   * @throws Failure FAILED_PRECONDITION when it is in use, naming device, map and holder
   */
  void purge(Hctl at, PublishContext wanted, Deadline deadline) {
    Optional<ScsiDisk> disk = devices.disks().at(at);
    LOG.warn("{} holds a stale disk ({}); taking it away", at, disk);
    if (disk.isPresent()) {
      for (String holder : disk.get().holders()) {
        free(disk.get(), mapOn(disk.get(), holder, wanted), wanted, deadline);
      }
    }
    devices.disks().purge(at, deadline);
    disk.ifPresent(gone -> pathRemoval.awaitForgotten(gone.name(), at, deadline));
  }

  private MultipathMap mapOn(ScsiDisk disk, String holder, PublishContext wanted) {
    return devices.maps().all().stream()
        .filter(map -> map.dmName().equals(holder))
        .findFirst()
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "%s is another disk than %s and is in use by %s; free it first"
                    .formatted(disk, wanted.wwid(), holder)));
  }

  private void free(ScsiDisk disk, MultipathMap map, PublishContext wanted, Deadline deadline) {
    boolean ours = map.wwid().equals(wanted.wwid());
    if (!map.slaves().contains(disk.hctl())) {
      // Looked at after the disk: somebody else has taken it out meanwhile.
      return;
    }
    if (ours && map.slaves().size() > 1) {
      // The map is right and one of its paths is not: the path alone has to go.
      aliens.evict(disk, map, deadline);
      return;
    }
    if (!ours) {
      requireUnclaimed(map.wwid());
    }
    requireUnused(map);
    mapRemoval.remove(map.wwid(), deadline);
    if (!ours) {
      pathRemoval.removeAll(map.wwid(), deadline);
      devices.maps().forgetWwid(map.wwid(), deadline);
    }
  }

  private void requireUnclaimed(Wwid wwid) {
    Optional<TrackedVolume> claim =
        tracking.all().stream()
            .filter(volume -> volume.wwid().equals(wwid.value()))
            .filter(volume -> volume.bootId().equals(devices.bootId().current()))
            .filter(volume -> volume.phase() != Phase.UNSTAGING)
            .findFirst();
    if (claim.isPresent()) {
      throw Failure.failedPrecondition(
          "the LUN number was that of %s, which is still staged at %s on this node; unstage it"
              .formatted(claim.get().volumeId(), claim.get().stagingPath()));
    }
  }

  private void requireUnused(MultipathMap map) {
    List<Holder> users = devices.holders().of(map.number());
    if (!users.isEmpty()) {
      throw Failure.failedPrecondition(
          "a stale %s sits on the LUN number and is in use: %s; end that first"
              .formatted(
                  map, users.stream().map(Holder::toString).collect(Collectors.joining("; "))));
    }
  }
}
