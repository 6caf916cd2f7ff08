package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.KnownPath;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.status.PathStatus.State;
import io.mooring.node.volume.Departures;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.PathCensus;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.node.volume.Tracking;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of the staged volumes as sysfs and multipathd's list show them; no device is asked.
 * Where multipathd does not answer, what it said last holds; where it has not said anything of a
 * path, the session alone decides.
 */
final class PathView {
  private static final Logger LOG = LoggerFactory.getLogger(PathView.class);
  private static final Duration MULTIPATHD = Duration.ofMillis(400);

  private final Devices devices;
  private final Tracking tracking;
  private final PathCensus census;
  private final LeavingPaths leaving;
  private Map<String, KnownPath> lastKnown = Map.of(); // only on the loop

  PathView(Devices devices, Tracking tracking, Departures departures) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.census = new PathCensus(devices, tracking);
    this.leaving = new LeavingPaths(devices, tracking, departures);
  }

  PathsSeen look() {
    Map<String, List<PathCensus.Entry>> volumes =
        census.take().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.volume().volumeId(), TreeMap::new, Collectors.toList()));
    Map<String, KnownPath> known = volumes.isEmpty() ? Map.of() : known();
    List<Session> sessions = devices.initiator().sessions();
    return new PathsSeen(
        volumes.values().stream().map(entries -> seen(entries, known, sessions)).toList(),
        sessions.stream().map(Session::state).toList());
  }

  /** What multipathd has in its list, by address; what it had while it does not answer. */
  private Map<String, KnownPath> known() {
    try {
      lastKnown =
          devices.maps().knownPaths(Deadline.after(MULTIPATHD)).stream()
              .collect(Collectors.toMap(KnownPath::hctl, Function.identity(), (a, b) -> a));
    } catch (Failure e) {
      // A path that it had failed is not taken up again by its silence.
      LOG.debug("sessions, and what multipathd said last, say how paths are: {}", e.sentence());
    }
    return lastKnown;
  }

  private VolumePaths seen(
      List<PathCensus.Entry> entries, Map<String, KnownPath> known, List<Session> sessions) {
    TrackedVolume volume = entries.getFirst().volume();
    Optional<MultipathMap> map = entries.getFirst().map();
    List<PathStatus> paths = new ArrayList<>();
    entries.forEach(entry -> paths.add(path(entry, known)));
    paths.addAll(leaving.of(volume, map, sessions));
    return new VolumePaths(
        volume.id(),
        volume.claimed(),
        tracking.pods(volume.id()),
        map.map(MultipathMap::dmName).orElse(""),
        paths,
        Optional.empty(),
        leaving.order(volume).map(PortalOrder::revision).orElse(0L));
  }

  private PathStatus path(PathCensus.Entry entry, Map<String, KnownPath> known) {
    Optional<Hctl> address = entry.session().map(session -> entry.route().disk(session));
    Optional<KnownPath> word = address.flatMap(at -> Optional.ofNullable(known.get(at.toString())));
    State state = State.MISSING;
    if (entry.inMap()) {
      state = entry.up() && word.map(KnownPath::usable).orElse(true) ? State.READY : State.FAILED;
    }
    String device =
        word.map(KnownPath::name)
            .or(() -> address.flatMap(devices.disks()::at).map(ScsiDisk::name))
            .orElse("");
    return new PathStatus(
        entry.route().target(), device, entry.session().map(Session::id).orElse(0), state);
  }
}
