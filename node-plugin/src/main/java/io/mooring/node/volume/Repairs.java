package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/**
 * What may be done to volumes without a call, by the same hands as the flows' and under their
 * locks. Nothing here waits for a volume that a call works on.
 */
public final class Repairs {
  private final Devices devices;
  private final Tracking tracking;
  private final VolumeLocks volumes;
  private final TargetLocks targets;
  private final Stragglers stragglers;
  private final Logins logins;
  private final AlienPaths aliens;
  private final PathExit exit;
  private final SessionRenewal renewal;
  private final OrphanRemoval orphans;

  Repairs(
      Devices devices,
      Tracking tracking,
      VolumeLocks volumes,
      TargetLocks targets,
      Stragglers stragglers,
      Logins logins,
      AlienPaths aliens,
      PathExit exit,
      SessionRenewal renewal,
      OrphanRemoval orphans) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
    this.logins = requireNonNull(logins, "logins is null");
    this.aliens = requireNonNull(aliens, "aliens is null");
    this.exit = requireNonNull(exit, "exit is null");
    this.renewal = requireNonNull(renewal, "renewal is null");
    this.orphans = requireNonNull(orphans, "orphans is null");
  }

  /** Something to be done to a volume, with what its document says now. */
  @FunctionalInterface
  public interface Work {
    /** Whether there was something to do, and it was done. */
    boolean on(TrackedVolume volume);
  }

  /**
   * Works on a volume of this boot that nobody else works on.
   *
   * @return whether something was done; false also when a call or another loop has the volume, or
   *     when it is not there any more
   */
  public boolean alone(VolumeId id, Work work) {
    Optional<VolumeLocks.Held> lock = volumes.tryTake(id);
    if (lock.isEmpty()) {
      return false;
    }
    try (VolumeLocks.Held held = lock.get()) {
      return tracking
          .get(id)
          .filter(volume -> volume.bootId().equals(devices.bootId().current()))
          .filter(_ -> stragglers.none(id) && !held.wanted())
          .filter(work::on)
          .isPresent();
    }
  }

  /**
   * Takes a path out of a map that is another volume.
   *
   * @throws Failure INTERNAL when it stays inside
   */
  public void evict(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    aliens.evict(disk, map, deadline);
  }

  /**
   * Fails a path at once and takes it out of its map; the disk stays.
   *
   * @throws Failure UNAVAILABLE when it stays inside
   */
  public void retire(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    Reply failed = devices.maps().failPath(disk.name(), deadline);
    Optional<Reply> stayed = exit.takeOut(disk, map, deadline);
    if (stayed.isPresent()) {
      throw Failure.unavailable(
          "%s does not leave %s (%s, %s); see multipathd's log"
              .formatted(disk, map, failed, stayed.get()));
    }
  }

  /**
   * Ends a session and makes it anew, while each of its maps has another live path.
   *
   * @throws Failure why it was not touched, or what is missing now
   */
  public void renew(Session session, TargetPortal target, Deadline deadline) {
    renewal.renew(session, target, deadline);
  }

  /**
   * Writes the node record of a live session again.
   *
   * @throws Failure UNAVAILABLE when the database is locked, or secrets are missing
   */
  public void rewriteRecord(Route route, Deadline deadline) {
    try (TargetLocks.Held _ = targets.share(route.iqn(), deadline)) {
      // Looked at again: the session may have been logged out, and its record removed with it.
      if (logins.session(route).isPresent()) {
        logins.rewriteRecord(route, deadline);
      }
    }
  }

  /**
   * Takes away the map and the disks of a volume that no document speaks of.
   *
   * @throws Failure FAILED_PRECONDITION when somebody uses them, naming who
   */
  public void removeOrphan(Wwid wwid, Deadline deadline) {
    orphans.remove(wwid, deadline);
  }
}
