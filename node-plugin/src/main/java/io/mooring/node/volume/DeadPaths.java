package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MapPath;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step X2: a map that is to grow keeps only paths that work. A dead one would come back with the
 * old size; taken away, it joins later with a new probe.
 */
final class DeadPaths {
  private static final Logger LOG = LoggerFactory.getLogger(DeadPaths.class);
  private static final Poll LOOKING = new Poll(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final Devices devices;
  private final Timings timings;
  private final PathExit exit;
  private final PathRemoval removal;

  DeadPaths(Devices devices, Timings timings, PathExit exit, PathRemoval removal) {
    this.devices = requireNonNull(devices, "devices is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.exit = requireNonNull(exit, "exit is null");
    this.removal = requireNonNull(removal, "removal is null");
  }

  /**
   * Waits a little for paths that are down, then takes those away that still are.
   *
   * @throws Failure UNAVAILABLE when none would be left
   */
  void purge(Wwid wwid, Deadline deadline) {
    if (LOOKING.until(deadline.atMost(timings.settling()), () -> dead(wwid, deadline).isEmpty())) {
      return;
    }
    MultipathMap map = devices.maps().require(wwid);
    List<ScsiDisk> dead = dead(wwid, deadline);
    if (dead.size() >= map.slaves().size()) {
      throw Failure.unavailable(
          "none of the paths of %s is up; check the path networks".formatted(map));
    }
    for (ScsiDisk path : dead) {
      LOG.warn("{}: {} is down and leaves the map, so that the map can grow", map, path);
      takeOut(path, map, deadline);
    }
    removal.remove(dead, wwid, deadline);
  }

  private void takeOut(ScsiDisk path, MultipathMap map, Deadline deadline) {
    if (exit.takeOut(path, map, deadline).isPresent()) {
      throw Failure.unavailable(
          "%s is down and does not leave %s; try again when it is up".formatted(path, map));
    }
  }

  private List<ScsiDisk> dead(Wwid wwid, Deadline deadline) {
    Set<String> usable = usable(wwid, deadline);
    return devices.maps().require(wwid).slaves().stream()
        .map(this::disk)
        .flatMap(Optional::stream)
        .filter(disk -> disk.state() != DiskState.RUNNING || !usable.contains(disk.name()))
        .toList();
  }

  private Set<String> usable(Wwid wwid, Deadline deadline) {
    return devices.maps().status(wwid, deadline).map(MapStatus::paths).orElse(List.of()).stream()
        .filter(MapPath::usable)
        .map(MapPath::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<ScsiDisk> disk(Hctl hctl) {
    return devices.disks().at(hctl);
  }
}
