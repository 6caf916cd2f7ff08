package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Optional;

/**
 * Steps A8 and A9: the volume's disk on one session, by a scan of this one LUN. A disk that was
 * there before is taken only when it says itself who it is: the kernel's knowledge of it may be of
 * the volume that had the number before.
 */
final class PathScan {
  private static final Duration INQUIRY = Duration.ofSeconds(15);

  private final ScsiDisks disks;
  private final Logins logins;
  private final StaleDisks stale;
  private final Timings timings;

  PathScan(ScsiDisks disks, Logins logins, StaleDisks stale, Timings timings) {
    this.disks = requireNonNull(disks, "disks is null");
    this.logins = requireNonNull(logins, "logins is null");
    this.stale = requireNonNull(stale, "stale is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * The disk at the route's LUN number; who it is has to be checked by the caller.
   *
   * @param notes told before a scan may make a disk that was not there
   */
  ScsiDisk find(
      Session session, Route route, PublishContext volume, PathNotes notes, Deadline deadline) {
    Hctl at = route.disk(session);
    if (disks.exists(at)) {
      Optional<ScsiDisk> known = disks.at(at).filter(disk -> disk.is(volume.identity()));
      if (known.isPresent() && isStill(volume.identity(), at, deadline)) {
        return known.get();
      }
      stale.purge(at, volume, deadline);
    }
    notes.mayCreate(at);
    return scan(session, route, deadline);
  }

  private boolean isStill(Identity expected, Hctl at, Deadline deadline) {
    return disks.liveIdentity(at, deadline.atMost(INQUIRY)).equals(expected);
  }

  private ScsiDisk scan(Session session, Route route, Deadline deadline) {
    Hctl at = route.disk(session);
    for (Duration pause : timings.scans()) {
      requireLoggedIn(session, route);
      disks.scan(session.hostNumber(), route.lun(), deadline);
      Optional<ScsiDisk> disk = Poll.SYSFS.forValue(deadline.atMost(pause), () -> disks.at(at));
      if (disk.isPresent()) {
        return disk.get();
      }
      deadline.check(route + ": no disk appeared in time; try again");
    }
    requireLoggedIn(session, route);
    throw Failure.unavailable(
        route
            + " is not visible although the session is up; the target does not map it to this"
            + " node, so publish the volume again");
  }

  /** The kernel ignores a scan of a session that is not logged in, and says nothing. */
  private void requireLoggedIn(Session session, Route route) {
    boolean up =
        logins.session(route).filter(now -> now.id() == session.id() && now.loggedIn()).isPresent();
    if (!up) {
      throw Failure.unavailable(
          route.portal() + ": the session went down during the scan; check the path network");
    }
  }
}
