package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions over portals that volumes are not to use any more, under running I/O. What is to go
 * follows from the records and from sysfs alone, so a round that broke off is finished by the next
 * one. Each session is looked at as a whole before anything of it is touched: where one of its maps
 * would be left without a live path that stays, all of it stays.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration ONE_SESSION = Duration.ofMinutes(3);
  private static final Duration LOGOUT = Duration.ofSeconds(30);

  private final Devices devices;
  private final Tracking tracking;
  private final PathsOfSession paths;
  private final VolumesOfTarget volumes;
  private final TargetLocks targets;
  private final Departures departures;
  private final BackOff<Integer> sessions;

  /**
   * @param departures is told how far it is
   * @param sessions when one that could not be ended is tried again, by its number
   */
  Drain(
      Devices devices,
      Tracking tracking,
      PathsOfSession paths,
      VolumesOfTarget volumes,
      TargetLocks targets,
      Departures departures,
      BackOff<Integer> sessions) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.departures = requireNonNull(departures, "departures is null");
    this.sessions = requireNonNull(sessions, "sessions is null");
  }

  /** One round; the caller repeats it. */
  public void round() {
    tracking.portals().all().stream()
        .filter(order -> !departures.isSettled(order))
        .forEach(this::settle);
    List<Session> unwanted =
        devices.initiator().sessions().stream().filter(session -> !isWanted(session)).toList();
    sessions.retain(unwanted.stream().map(Session::id).toList());
    departures.retain(unwanted);
    unwanted.stream().filter(session -> sessions.isDue(session.id())).forEach(this::leave);
  }

  /** Once all of the host's volumes and targets could be had alone, everybody knows the order. */
  private void settle(PortalOrder order) {
    try (VolumesOfTarget.Held held =
        volumes.take(volume -> volume.id().target().equals(order.target()))) {
      for (String iqn : iqns(held.volumes())) {
        alone(iqn).close();
      }
      departures.settled(order);
    } catch (Failure e) {
      LOG.debug("the portals of {} are not settled yet: {}", order.target(), e.sentence());
    }
  }

  private static Set<String> iqns(List<TrackedVolume> volumes) {
    return volumes.stream()
        .flatMap(volume -> volume.iqns().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private TargetLocks.Held alone(String iqn) {
    return targets
        .exclusive(iqn)
        .orElseThrow(() -> Failure.unavailable(iqn + " is in use by an attach; it is tried again"));
  }

  /**
   * Also what no volume needs stays, for the next attach, unless it is under maintenance: the
   * reaper has its own time for it.
   */
  private boolean isWanted(Session session) {
    List<TrackedVolume> users =
        tracking.all().stream().filter(volume -> volume.iqns().contains(session.iqn())).toList();
    if (users.isEmpty()) {
      return tracking.portals().all().stream()
          .noneMatch(order -> order.maintenance().contains(session.persistentPortal()));
    }
    return users.stream()
        .flatMap(volume -> tracking.routes(volume).stream())
        .anyMatch(route -> route.isServedBy(session));
  }

  private void leave(Session session) {
    try (VolumesOfTarget.Held _ = volumes.take(session.iqn());
        TargetLocks.Held _ = alone(session.iqn())) {
      // Looked at again under the locks: a call may have changed what is wanted, or ended it.
      if (!isWanted(session) && paths.isThere(session)) {
        end(session, Deadline.after(ONE_SESSION));
      }
      departures.gone(session.iqn(), session.persistentPortal());
      sessions.succeeded(session.id());
    } catch (Failure e) {
      LOG.warn(
          "session {} over {} is to end and stays for now: {}",
          session.id(),
          session.persistentPortal(),
          e.sentence());
      departures.stays(session.iqn(), session.persistentPortal(), e.sentence());
      sessions.failed(session.id());
    }
  }

  private void end(Session session, Deadline deadline) {
    TargetPortal target = record(session);
    paths.requireOthers(session, this::isWanted, deadline);
    LOG.info("{}: session {} ends, its portal is not to be used", target, session.id());
    paths.takeAway(session, this::isWanted, deadline);
    FailPoints.pass("node.drain.after-paths");
    devices.initiator().logout(target, deadline.atMost(LOGOUT));
    FailPoints.pass("node.drain.after-logout");
    devices.initiator().removeRecord(target, deadline.atMost(LOGOUT));
    LOG.info("{}: nothing of this node is there any more", target);
  }

  private TargetPortal record(Session session) {
    return devices.initiator().records().stream()
        .filter(record -> record.isServedBy(session))
        .findFirst()
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "session %d has no node record, by which it could be ended; end it with iscsiadm -m session -r %d -u"
                    .formatted(session.id(), session.id())));
  }
}
