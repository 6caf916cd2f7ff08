package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.MapPath;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.LiveDisks;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Whether a map can do without the paths of one session. */
final class OtherPaths {
  private final Devices devices;

  OtherPaths(Devices devices) {
    this.devices = requireNonNull(devices, "devices is null");
  }

  /**
   * Checks what kernel and multipathd know: another path that they take for live.
   *
   * @param staying which other sessions count
   * @throws Failure UNAVAILABLE when there is none
   */
  void requireKnown(
      Session leaving, MultipathMap map, Predicate<Session> staying, Deadline deadline) {
    var _ = known(leaving, map, staying, deadline);
  }

  private List<ScsiDisk> known(
      Session leaving, MultipathMap map, Predicate<Session> staying, Deadline deadline) {
    List<ScsiDisk> live = live(leaving, map, staying, deadline);
    if (live.isEmpty()) {
      throw Failure.unavailable(
          "%s has no live path but that of session %d; bring its other paths back first"
              .formatted(map, leaving.id()));
    }
    return live;
  }

  /**
   * Asks another path's disk itself: a portal that fell silent while nothing was under way over it
   * is taken for live by everybody, and the map would be left with it alone.
   *
   * @param staying which other sessions count
   * @throws Failure UNAVAILABLE when there is none, or none answers as the map's disk
   */
  void requireAnswer(
      Session leaving, MultipathMap map, Predicate<Session> staying, Deadline deadline) {
    boolean answered =
        known(leaving, map, staying, deadline).stream()
            .anyMatch(disk -> LiveDisks.answers(devices.disks(), disk, map.wwid(), deadline));
    if (!answered) {
      throw Failure.unavailable(
          "%s has no path but that of session %d that answers; bring its other paths back first"
              .formatted(map, leaving.id()));
    }
  }

  private List<ScsiDisk> live(
      Session leaving, MultipathMap map, Predicate<Session> staying, Deadline deadline) {
    Set<Integer> carrying =
        devices.initiator().sessions().stream()
            .filter(other -> other.loggedIn() && other.hostNumber() != leaving.hostNumber())
            .filter(staying)
            .map(Session::hostNumber)
            .collect(Collectors.toUnmodifiableSet());
    Set<String> usable = usable(map.wwid(), deadline);
    return map.slaves().stream()
        .filter(slave -> carrying.contains(slave.host()))
        .flatMap(slave -> devices.disks().at(slave).stream())
        .filter(disk -> disk.state() == DiskState.RUNNING && usable.contains(disk.name()))
        .toList();
  }

  /** The names of the paths through which I/O of that map goes. */
  Set<String> usable(Wwid wwid, Deadline deadline) {
    return devices.maps().status(wwid, deadline).map(MapStatus::paths).orElse(List.of()).stream()
        .filter(MapPath::usable)
        .map(MapPath::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
