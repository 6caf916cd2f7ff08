package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.multipath.MapStatus;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Steps A13 and A14: a map that exists is not yet a map to mount. It must be complete in the
 * kernel, in udev and in multipathd, every path inside must be the volume, and its ends must be
 * readable. What costs least is looked at first.
 */
final class MapReady {
  private static final Poll POLL = new Poll(Duration.ofMillis(10), Duration.ofMillis(100));
  private static final Duration READING = Duration.ofSeconds(15);

  private final Devices devices;
  private final AlienPaths aliens;
  private final Timings timings;

  MapReady(Devices devices, AlienPaths aliens, Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.aliens = requireNonNull(aliens, "aliens is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * The map, ready for use.
   *
   * @throws Failure UNAVAILABLE when it does not become so in time, naming what is missing;
   *     INTERNAL when a path of another volume is inside and stays
   */
  MultipathMap await(PublishContext volume, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.ready());
    Look look = new Look(volume, bound);
    return POLL.forValue(bound, look::ready).orElseThrow(() -> Failure.unavailable(look.missing()));
  }

  /**
   * Proves that both ends of the device can be read.
   *
   * @throws Failure UNAVAILABLE when they cannot
   */
  void requireReadable(VolumeDevice device, Deadline deadline) {
    devices.fileSystems().readProof(device.node(), device.sizeBytes(), deadline.atMost(READING));
  }

  /** Looks again and again; remembers what was missing last. */
  private final class Look {
    private final PublishContext volume;
    private final Deadline bound;
    private String lacking = "it does not exist";

    Look(PublishContext volume, Deadline bound) {
      this.volume = volume;
      this.bound = bound;
    }

    String missing() {
      return "map %s is not ready: %s; try again".formatted(volume.wwid(), lacking);
    }

    Optional<MultipathMap> ready() {
      Optional<MultipathMap> map = devices.maps().find(volume.wwid());
      if (map.isEmpty()) {
        lacking = "it does not exist";
        return Optional.empty();
      }
      if (!complete(map.get())) {
        return Optional.empty();
      }
      evictAliens(map.get());
      if (!whole(map.get())) {
        return Optional.empty();
      }
      return expect(usable(), "multipathd has no usable path in it")
          ? devices.maps().find(volume.wwid())
          : Optional.empty();
    }

    private boolean complete(MultipathMap map) {
      return expect(!map.suspended(), "it is suspended")
          && expect(!map.slaves().isEmpty(), "it has no path")
          && expect(map.sizeBytes() >= volume.sizeBytes(), "it has " + map.sizeBytes() + " bytes")
          && expect(map.readOnly() == volume.readOnly(), "its write protection is not as published")
          && expect(recorded(map), "udev has no complete record of it")
          && expect(
              devices.nodes().at(map.device()).equals(Optional.of(map.number())),
              map.device() + " does not lead to it");
    }

    private boolean expect(boolean holds, String otherwise) {
      lacking = otherwise;
      return holds;
    }

    private boolean recorded(MultipathMap map) {
      Map<String, String> record = devices.udev().block(map.number()).orElse(Map.of());
      return map.name().equals(record.get("DM_NAME"))
          && !"1".equals(record.get("DM_UDEV_DISABLE_OTHER_RULES_FLAG"));
    }

    private boolean usable() {
      return devices.maps().status(volume.wwid(), bound).map(MapStatus::usablePaths).orElse(0L) > 0;
    }

    private void evictAliens(MultipathMap map) {
      if (!map.alienSlaves().isEmpty()) {
        throw Failure.internal(
            "%s contains %s, which is no path of the volume; remove the map by hand"
                .formatted(map, String.join(", ", map.alienSlaves())));
      }
      for (Hctl slave : map.slaves()) {
        Optional<ScsiDisk> disk = devices.disks().at(slave);
        if (disk.isPresent() && !belongs(disk.get())) {
          aliens.evict(disk.get(), map, bound);
        }
      }
    }

    /**
     * Size is no part of what a disk is: paths that have grown before their map are the volume, and
     * in use it may have no others.
     */
    private boolean belongs(ScsiDisk disk) {
      return disk.is(volume.identity()) && onOneOfItsTargets(disk.hctl());
    }

    /** I/O behind the end of a smaller path fails, and is not tried over another one. */
    private boolean whole(MultipathMap map) {
      Optional<ScsiDisk> small =
          map.slaves().stream()
              .flatMap(slave -> devices.disks().at(slave).stream())
              .filter(disk -> disk.sizeBytes() < map.sizeBytes())
              .findFirst();
      return expect(
          small.isEmpty(),
          small.map(disk -> disk + " in it has only " + disk.sizeBytes() + " bytes").orElse(""));
    }

    private boolean onOneOfItsTargets(Hctl at) {
      List<Session> sessions = devices.initiator().sessions();
      return sessions.stream()
          .filter(session -> session.hostNumber() == at.host())
          .anyMatch(session ->
              volume.targets().stream()
                  .anyMatch(
                      target -> target.iqn().equals(session.iqn()) && target.lun() == at.lun()));
    }
  }
}
