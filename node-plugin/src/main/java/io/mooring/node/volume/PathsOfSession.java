package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The paths that go over one session, and how they are taken away while others carry the I/O. */
final class PathsOfSession {
  private final Devices devices;
  private final OtherPaths others;
  private final PathQuiet quiet;
  private final PathExit exit;
  private final PathRemoval removal;

  PathsOfSession(Devices devices, PathQuiet quiet, PathExit exit, PathRemoval removal) {
    this.devices = requireNonNull(devices, "devices is null");
    this.others = new OtherPaths(devices);
    this.quiet = requireNonNull(quiet, "quiet is null");
    this.exit = requireNonNull(exit, "exit is null");
    this.removal = requireNonNull(removal, "removal is null");
  }

  /**
   * Whether that very session is there still. Its disks are found by its host number, which the
   * kernel gives to another session once it is gone. Under the target's lock nobody of us ends it.
   */
  boolean isThere(Session session) {
    return devices.initiator().sessions().stream()
        .filter(now -> now.id() == session.id() && now.hostNumber() == session.hostNumber())
        .anyMatch(now -> now.iqn().equals(session.iqn()));
  }

  private void requireThere(Session session) {
    if (!isThere(session)) {
      throw Failure.unavailable(
          "session %d with %s is gone; who needs its paths logs in again"
              .formatted(session.id(), session.iqn()));
    }
  }

  /**
   * Checks that each map over this session has a live path over another one, which answers.
   *
   * @param staying which other sessions count
   * @throws Failure UNAVAILABLE when one has not, or the session is gone; FAILED_PRECONDITION when
   *     something else than a map holds a disk of the session
   */
  void requireOthers(Session session, Predicate<Session> staying, Deadline deadline) {
    requireThere(session);
    for (ScsiDisk disk : devices.disks().onHost(session.hostNumber())) {
      mapOn(disk).ifPresent(map -> others.requireAnswer(session, map, staying, deadline));
    }
  }

  private Optional<MultipathMap> mapOn(ScsiDisk disk) {
    if (disk.holders().isEmpty()) {
      return Optional.empty();
    }
    Optional<MultipathMap> map =
        devices.maps().all().stream().filter(one -> one.slaves().contains(disk.hctl())).findFirst();
    if (map.isEmpty() || disk.holders().size() > 1) {
      throw Failure.failedPrecondition(
          "%s is held by %s and not by its map alone; free it first"
              .formatted(disk, String.join(", ", disk.holders())));
    }
    return map;
  }

  /**
   * Takes all disks of the session away, each only while its map has another live path, and when
   * nothing is on its way over it any more: a map whose paths change waits for that.
   *
   * @param staying which other sessions count
   */
  void takeAway(Session session, Predicate<Session> staying, Deadline deadline) {
    for (ScsiDisk disk : devices.disks().onHost(session.hostNumber())) {
      requireThere(session);
      Optional<MultipathMap> map = mapOn(disk);
      map.ifPresent(held -> {
        others.requireKnown(session, held, staying, deadline);
        quieten(disk, () -> others.requireAnswer(session, held, staying, deadline), deadline);
        if (exit.takeOut(disk, held, deadline).isPresent()) {
          throw Failure.unavailable("%s does not leave %s; try again".formatted(disk, held));
        }
      });
      removal.remove(List.of(disk), wwid(disk), deadline);
    }
  }

  /** The wait for its commands is long enough for the other path to die meanwhile. */
  private void quieten(ScsiDisk disk, Runnable requireOther, Deadline deadline) {
    quiet.quieten(disk, deadline);
    try {
      requireOther.run();
    } catch (Failure e) {
      var _ = devices.maps().reinstatePath(disk.name(), deadline);
      throw e;
    }
  }

  private static Wwid wwid(ScsiDisk disk) {
    return disk.identity()
        .orElseThrow(
            () -> Failure.failedPrecondition(disk + " has no identity pages, so it is not touched"))
        .wwid();
  }

  /** The names of the paths through which I/O of that map goes. */
  Set<String> usable(Wwid wwid, Deadline deadline) {
    return others.usable(wwid, deadline);
  }

  /** The name of the disk there, while there is one. */
  Optional<String> name(Hctl disk) {
    return devices.disks().at(disk).map(ScsiDisk::name);
  }
}
