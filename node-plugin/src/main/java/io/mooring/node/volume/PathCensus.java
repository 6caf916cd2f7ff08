package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which paths the staged volumes should have and which they have, from sysfs alone: one look at the
 * sessions and one at the maps, however many volumes there are.
 */
public final class PathCensus {
  private final Devices devices;
  private final Tracking tracking;

  public PathCensus(Devices devices, Tracking tracking) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
  }

  /**
   * One path that should be.
   *
   * @param session our session on its route, in whatever state
   * @param map the volume's map
   * @param inMap whether its disk is in the volume's map
   * @param up whether its session is logged in, too, so that I/O can take it
   */
  public record Entry(
      TrackedVolume volume,
      Route route,
      Optional<Session> session,
      Optional<MultipathMap> map,
      boolean inMap,
      boolean up) {}

  /** The staged volumes of this boot with every route. */
  public List<Entry> take() {
    String boot = devices.bootId().current();
    List<TrackedVolume> staged =
        tracking.all().stream()
            .filter(volume -> volume.phase() == Phase.STAGED && volume.bootId().equals(boot))
            .toList();
    if (staged.isEmpty()) {
      return List.of();
    }
    List<Session> sessions = devices.initiator().sessions();
    Map<String, MultipathMap> maps =
        devices.maps().all().stream()
            .collect(Collectors.toMap(map -> map.wwid().value(), Function.identity(), (a, b) -> a));
    List<Entry> entries = new ArrayList<>();
    for (TrackedVolume volume : staged) {
      for (Route route : tracking.routes(volume)) {
        entries.add(entry(volume, route, sessions, Optional.ofNullable(maps.get(volume.wwid()))));
      }
    }
    return entries;
  }

  /** How one of them is now; empty when the volume is not staged any more. */
  Optional<Entry> again(Entry earlier) {
    VolumeId id = earlier.volume().id();
    return tracking
        .get(id)
        .filter(volume -> volume.phase() == Phase.STAGED)
        .filter(volume -> tracking.routes(volume).contains(earlier.route()))
        .map(volume ->
            entry(
                volume,
                earlier.route(),
                devices.initiator().sessions(),
                devices.maps().find(id.wwid())));
  }

  private Entry entry(
      TrackedVolume volume, Route route, List<Session> sessions, Optional<MultipathMap> map) {
    Optional<Session> session = sessions.stream().filter(route::isServedBy).findFirst();
    Optional<Hctl> disk = session.map(route::disk);
    boolean inMap =
        disk.isPresent() && map.filter(m -> m.slaves().contains(disk.get())).isPresent();
    boolean up = inMap && session.filter(Session::loggedIn).isPresent();
    return new Entry(volume, route, session, map, inMap, up);
  }
}
