package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step A10: a disk counts as a path of the volume only when WWID, whole serial number, size and
 * write protection are what the controller promised. A disk that is something else is removed at
 * once and probed once more; if it is wrong again, the attach fails closed.
 */
final class PathProbe {
  private static final Logger LOG = LoggerFactory.getLogger(PathProbe.class);

  private final ScsiDisks disks;
  private final PathScan scan;
  private final StaleDisks stale;
  private final Timings timings;
  private final PhaseTimes times;

  PathProbe(ScsiDisks disks, PathScan scan, StaleDisks stale, Timings timings, PhaseTimes times) {
    this.disks = requireNonNull(disks, "disks is null");
    this.scan = requireNonNull(scan, "scan is null");
    this.stale = requireNonNull(stale, "stale is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.times = requireNonNull(times, "times is null");
  }

  /** The verified disk. */
  ScsiDisk verified(
      Session session, Route route, PublishContext volume, PathNotes notes, Deadline deadline) {
    ScsiDisk found = times.timed("scan", () -> scan.find(session, route, volume, notes, deadline));
    return times.timed("identity", () -> verify(found, session, route, volume, notes, deadline));
  }

  private ScsiDisk verify(
      ScsiDisk found,
      Session session,
      Route route,
      PublishContext volume,
      PathNotes notes,
      Deadline deadline) {
    ScsiDisk disk = found;
    if (!disk.is(volume.identity())) {
      LOG.warn("{} at {} is {} and not {}; probing again", disk, route, who(disk), volume.wwid());
      stale.purge(disk.hctl(), volume, deadline);
      disk = scan.find(session, route, volume, notes, deadline);
    }
    if (!disk.is(volume.identity())) {
      Failure wrong =
          Failure.internal(
              route
                  + " is "
                  + who(disk)
                  + " and not "
                  + volume.identity()
                  + "; the target maps another volume under that number, so look at the storage"
                  + " host before this volume is used");
      notes.wrongDisk(wrong);
      stale.purge(disk.hctl(), volume, deadline);
      throw wrong;
    }
    ScsiDisk running = running(disk, deadline);
    return fitting(running, route, volume, deadline);
  }

  private static String who(ScsiDisk disk) {
    return disk.identity().map(Object::toString).orElse("a disk without identity pages");
  }

  private ScsiDisk running(ScsiDisk disk, Deadline deadline) {
    return Poll.SYSFS
        .forValue(
            deadline.atMost(timings.settling()),
            () -> disks.at(disk.hctl()).filter(now -> now.state() == DiskState.RUNNING))
        .orElseThrow(() -> Failure.unavailable(disk + " is not running; check the path network"));
  }

  /**
   * A rescan cures a size or a write protection of yesterday; it is skipped in silence at times.
   */
  private ScsiDisk fitting(ScsiDisk disk, Route route, PublishContext volume, Deadline deadline) {
    if (fits(disk, volume)) {
      return disk;
    }
    disks.rescan(disk.hctl(), deadline);
    Optional<ScsiDisk> cured =
        Poll.SYSFS.forValue(
            deadline.atMost(timings.settling()),
            () -> disks.at(disk.hctl()).filter(now -> fits(now, volume)));
    return cured.orElseThrow(() -> unfit(disks.at(disk.hctl()).orElse(disk), route, volume));
  }

  private static boolean fits(ScsiDisk disk, PublishContext volume) {
    return disk.sizeBytes() >= volume.sizeBytes()
        && disk.readOnly() == volume.readOnly()
        && disk.is(volume.identity());
  }

  private static Failure unfit(ScsiDisk disk, Route route, PublishContext volume) {
    if (disk.sizeBytes() < volume.sizeBytes()) {
      return Failure.unavailable(
          "%s has %d bytes and not %d; the storage host still reports the old size, try again"
              .formatted(route, disk.sizeBytes(), volume.sizeBytes()));
    }
    return Failure.failedPrecondition(
        "%s is %s although it was published %s; unpublish and publish the volume again"
            .formatted(
                route,
                disk.readOnly() ? "write-protected" : "writable",
                volume.readOnly() ? "read-only" : "writable"));
  }
}
