package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends one session under running I/O and makes it anew: iscsid takes new secrets for a new session
 * alone, and may have given up an old one. The other sessions carry the I/O meanwhile.
 */
final class SessionRenewal {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRenewal.class);
  private static final Duration LOGOUT = Duration.ofSeconds(30);
  private static final Poll LOOKING = new Poll(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final Devices devices;
  private final Tracking tracking;
  private final VolumesOfTarget volumes;
  private final Logins logins;
  private final PathsOfSession paths;
  private final PathBringUp bringUp;
  private final TargetLocks targets;
  private final Timings timings;

  SessionRenewal(
      Devices devices,
      Tracking tracking,
      VolumesOfTarget volumes,
      Logins logins,
      PathsOfSession paths,
      PathBringUp bringUp,
      TargetLocks targets,
      Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.logins = requireNonNull(logins, "logins is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.bringUp = requireNonNull(bringUp, "bringUp is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Renews the session and returns when its paths carry I/O again. A session without volumes is
   * only ended; who needs it logs in.
   *
   * @throws Failure why it was not touched, or what is missing now; the background finishes paths
   */
  void renew(Session session, TargetPortal target, Deadline deadline) {
    try (VolumesOfTarget.Held held =
        volumes.take(volume -> isOfThisBoot(volume) && volume.iqns().contains(target.iqn()))) {
      List<TrackedVolume> staged =
          held.volumes().stream()
              .filter(now -> now.phase() == Phase.STAGED && isOfThisBoot(now))
              .toList();
      renew(session, target, staged, deadline);
    }
  }

  private boolean isOfThisBoot(TrackedVolume volume) {
    return volume.bootId().equals(devices.bootId().current());
  }

  private void renew(
      Session session, TargetPortal target, List<TrackedVolume> staged, Deadline deadline) {
    try (TargetLocks.Held _ =
        targets
            .exclusive(target.iqn())
            .orElseThrow(
                () -> Failure.unavailable(target + " is in use by an attach; it is tried again"))) {
      paths.requireOthers(session, _ -> true, deadline);
      LOG.info("{}: session {} is renewed", target, session.id());
      paths.takeAway(session, _ -> true, deadline);
      FailPoints.pass("node.chap.after-paths");
      devices.initiator().logout(target, deadline.atMost(LOGOUT));
      FailPoints.pass("node.chap.after-logout");
      for (TrackedVolume volume : staged) {
        rejoin(volume, target, deadline);
      }
    }
  }

  private void rejoin(TrackedVolume volume, TargetPortal target, Deadline deadline) {
    for (Route route : tracking.routes(volume)) {
      if (route.target().equals(target)) {
        Session fresh =
            logins.establish(
                route, () -> LOG.debug("{} answers", route), deadline.atMost(timings.login()));
        FailPoints.pass("node.chap.after-login");
        Hctl disk =
            bringUp.path(fresh, route, volume.context(), new LoudNotes(volume.id()), deadline);
        awaitUsable(volume, disk, deadline);
      }
    }
  }

  private void awaitUsable(TrackedVolume volume, Hctl disk, Deadline deadline) {
    boolean usable =
        LOOKING.until(
            deadline.atMost(timings.ready()),
            () ->
                paths
                    .name(disk)
                    .filter(name -> paths.usable(volume.id().wwid(), deadline).contains(name))
                    .isPresent());
    if (!usable) {
      throw Failure.unavailable(
          "the new path %s of %s does not carry I/O yet; check the path network"
              .formatted(disk, volume.volumeId()));
    }
  }
}
