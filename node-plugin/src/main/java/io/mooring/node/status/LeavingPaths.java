package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.status.PathStatus.State;
import io.mooring.node.volume.Departures;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PublishContext;
import io.mooring.node.volume.TargetEntry;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The paths of a volume that it should not have: those that are to go, and those kept away. */
final class LeavingPaths {
  private final Devices devices;
  private final Tracking tracking;
  private final Departures departures;

  LeavingPaths(Devices devices, Tracking tracking, Departures departures) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.departures = requireNonNull(departures, "departures is null");
  }

  /** The order by which the volume goes; empty where it goes by its publish context. */
  Optional<PortalOrder> order(TrackedVolume volume) {
    return tracking
        .portals()
        .of(volume.id().target())
        .filter(order -> tracking.wanted(volume).portalsRevision() == order.revision());
  }

  /**
   * Those of the volume.
   *
   * @param sessions all of ours
   */
  List<PathStatus> of(TrackedVolume volume, Optional<MultipathMap> map, List<Session> sessions) {
    Optional<PortalOrder> order = order(volume);
    List<Portal> maintenance = order.map(PortalOrder::maintenance).orElse(List.of());
    List<PathStatus> paths = new ArrayList<>();
    PublishContext wanted = tracking.wanted(volume);
    for (TargetEntry target : wanted.targets()) {
      List<Session> unwanted =
          sessions.stream()
              .filter(session -> session.iqn().equals(target.iqn()))
              .filter(session -> !target.portals().contains(session.persistentPortal()))
              .filter(session ->
                  maintenance.contains(session.persistentPortal())
                      || map.filter(m -> m.slaves().contains(disk(session, target))).isPresent())
              .toList();
      unwanted.forEach(session -> paths.add(leaving(session, target)));
      maintenance.stream()
          .filter(portal -> !target.portals().contains(portal))
          .filter(portal ->
              unwanted.stream().noneMatch(session -> session.persistentPortal().equals(portal)))
          .map(portal -> new TargetPortal(target.iqn(), target.tpgt(), portal))
          .map(path -> new PathStatus(path, "", 0, gone(order.orElseThrow()), ""))
          .forEach(paths::add);
    }
    return paths;
  }

  private State gone(PortalOrder order) {
    return departures.isSettled(order) ? State.DRAINED : State.LEAVING;
  }

  private static Hctl disk(Session session, TargetEntry target) {
    return Hctl.of(session.hostNumber(), target.lun());
  }

  private PathStatus leaving(Session session, TargetEntry target) {
    Portal portal = session.persistentPortal();
    return new PathStatus(
        new TargetPortal(target.iqn(), target.tpgt(), portal),
        devices.disks().at(disk(session, target)).map(ScsiDisk::name).orElse(""),
        session.id(),
        State.LEAVING,
        departures.obstacle(session.iqn(), portal).orElse(""));
  }
}
