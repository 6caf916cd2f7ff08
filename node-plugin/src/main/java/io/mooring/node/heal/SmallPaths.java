package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.UsablePaths;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.LiveDisks;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Optional;

/**
 * A path that is smaller than its map: I/O behind its end fails, and is not tried over another
 * path. Its size is read again, since it may be of yesterday; if it stays small the path leaves the
 * map, unless it is the last one. The map is never made smaller.
 */
final class SmallPaths implements Step {
  private static final Duration CURE = Duration.ofSeconds(20);
  private static final Duration SETTLING = Duration.ofMillis(500);

  private final Devices devices;
  private final Repairs repairs;

  SmallPaths(Devices devices, Repairs repairs) {
    this.devices = requireNonNull(devices, "devices is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    for (TrackedVolume volume : look.staged()) {
      look.map(volume)
          .ifPresent(map ->
              map.slaves().stream()
                  .flatMap(slave -> look.disk(slave).stream())
                  .filter(disk -> disk.sizeBytes() < map.sizeBytes())
                  .forEach(disk -> cure(volume, map, disk, log)));
    }
  }

  private void cure(TrackedVolume volume, MultipathMap map, ScsiDisk disk, HealLog log) {
    log.cure(
        Ailment.SMALL_PATH,
        disk.hctl().toString(),
        "%s has %d bytes and %s has %d".formatted(disk, disk.sizeBytes(), map, map.sizeBytes()),
        "its size was read again, or it has left the map",
        () -> repairs.alone(volume.id(), now -> cure(disk.hctl(), now)));
  }

  private boolean cure(Hctl at, TrackedVolume volume) {
    Deadline deadline = Deadline.after(CURE);
    Optional<MultipathMap> found = devices.maps().find(volume.id().wwid());
    if (found.flatMap(map -> small(at, map)).isEmpty()) {
      return false;
    }
    MultipathMap map = found.orElseThrow();
    devices.disks().rescan(at, deadline);
    Poll.SYSFS.until(deadline.atMost(SETTLING), () -> small(at, map).isEmpty());
    Optional<ScsiDisk> small = small(at, map);
    if (small.isPresent()) {
      requireWholePath(map, deadline);
      repairs.retire(small.get(), map, deadline);
    }
    return true;
  }

  /** The disk there, while it is a path of the map and too small for it. */
  private Optional<ScsiDisk> small(Hctl at, MultipathMap map) {
    return devices
        .disks()
        .at(at)
        .filter(disk -> disk.holders().contains(map.dmName()))
        .filter(disk -> disk.sizeBytes() < map.sizeBytes());
  }

  private void requireWholePath(MultipathMap map, Deadline deadline) {
    UsablePaths usable = UsablePaths.of(devices.maps(), deadline);
    boolean whole =
        map.slaves().stream()
            .filter(slave -> usable.include(map.wwid().value(), slave.toString()))
            .flatMap(slave -> devices.disks().at(slave).stream())
            .filter(disk -> disk.sizeBytes() >= map.sizeBytes())
            .anyMatch(disk -> LiveDisks.answers(devices.disks(), disk, map.wwid(), deadline));
    if (!whole) {
      throw Failure.failedPrecondition(
          "it stays, since no other path is whole and answers; let the storage host serve the volume in its full size");
    }
  }
}
