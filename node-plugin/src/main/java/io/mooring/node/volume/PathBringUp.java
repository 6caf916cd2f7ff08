package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/**
 * One path from nothing to a part of the map: session, disk, identity, map. The same for the attach
 * and for the background; every step is bounded.
 */
final class PathBringUp {
  private static final Duration DISK = Duration.ofSeconds(45);

  private final Logins logins;
  private final PathProbe probe;
  private final PathJoin join;
  private final Timings timings;
  private final PhaseTimes times;

  PathBringUp(Logins logins, PathProbe probe, PathJoin join, Timings timings, PhaseTimes times) {
    this.logins = requireNonNull(logins, "logins is null");
    this.probe = requireNonNull(probe, "probe is null");
    this.join = requireNonNull(join, "join is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.times = requireNonNull(times, "times is null");
  }

  /** A7. */
  Session session(Route route, Runnable answered, Deadline deadline) {
    return times.timed(
        "login", () -> logins.establish(route, answered, deadline.atMost(timings.login())));
  }

  /** A8 to A11; returns the disk that is now a path of the map. */
  Hctl path(
      Session session, Route route, PublishContext volume, PathNotes notes, Deadline deadline) {
    Deadline bound = deadline.atMost(DISK);
    ScsiDisk disk = probe.verified(session, route, volume, notes, bound);
    FailPoints.pass("node.stage.after-scan");
    times.timed("map", () -> join.join(disk.hctl(), volume.wwid(), deadline));
    FailPoints.pass("node.stage.after-map");
    return disk.hctl();
  }
}
