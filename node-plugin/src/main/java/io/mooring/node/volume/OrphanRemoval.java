package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holder;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Takes away the map and the disks of a volume that no document speaks of, in the order of an
 * unstage and only while nobody uses them. What a pod could reach by a device node that it has
 * counts as used, whether or not it is open: the node would lead to another volume tomorrow.
 */
final class OrphanRemoval {
  private static final String MULTIPATHD = "multipathd";

  private final Devices devices;
  private final Tracking tracking;
  private final VolumeLocks volumes;
  private final TargetLocks targets;
  private final Dismantling dismantling;
  private final PathRemoval pathRemoval;
  private final Layers layers;

  OrphanRemoval(
      Devices devices,
      Tracking tracking,
      VolumeLocks volumes,
      TargetLocks targets,
      Dismantling dismantling,
      PathRemoval pathRemoval,
      Layers layers) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.dismantling = requireNonNull(dismantling, "dismantling is null");
    this.pathRemoval = requireNonNull(pathRemoval, "pathRemoval is null");
    this.layers = requireNonNull(layers, "layers is null");
  }

  /**
   * Removes them, with proof.
   *
   * @throws Failure FAILED_PRECONDITION when somebody uses or wants them, naming who
   */
  void remove(Wwid wwid, Deadline deadline) {
    List<TargetLocks.Held> held = new ArrayList<>();
    try {
      // An attach writes its document first and then shares the target: it is seen, or it waits.
      for (String iqn : iqns(wwid)) {
        held.add(
            targets
                .exclusive(iqn)
                .orElseThrow(
                    () -> Failure.unavailable(iqn + " is in use by an attach; it is tried again")));
      }
      requireUnclaimed(wwid);
      requireUnused(wwid, deadline);
      dismantling.run(wwid, () -> pathRemoval.disksOf(wwid), () -> {}, deadline);
      if (!isTracked(wwid)) {
        devices.maps().forgetWwid(wwid, deadline);
      }
    } finally {
      held.forEach(TargetLocks.Held::close);
    }
  }

  private Set<String> iqns(Wwid wwid) {
    Set<Integer> hosts =
        pathRemoval.disksOf(wwid).stream()
            .map(disk -> disk.hctl().host())
            .collect(Collectors.toUnmodifiableSet());
    return devices.initiator().sessions().stream()
        .filter(session -> hosts.contains(session.hostNumber()))
        .map(Session::iqn)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void requireUnclaimed(Wwid wwid) {
    if (isTracked(wwid) || volumes.anyOf(wwid)) {
      throw Failure.unavailable(wwid + " is being attached or detached");
    }
  }

  private boolean isTracked(Wwid wwid) {
    return tracking.all().stream().anyMatch(volume -> volume.wwid().equals(wwid.value()));
  }

  private void requireUnused(Wwid wwid, Deadline deadline) {
    List<ScsiDisk> disks = pathRemoval.disksOf(wwid);
    Optional<MultipathMap> map = devices.maps().find(wwid);
    String own = map.map(MultipathMap::dmName).orElse("");
    map.ifPresent(found -> requireUnused(found, disks, deadline));
    for (ScsiDisk disk : disks) {
      requireNobody(disk, users(disk.number(), own));
      if (!disk.holders().stream().allMatch(own::equals)) {
        throw inUse(disk, String.join(", ", disk.holders()) + " on top of it");
      }
    }
  }

  private void requireUnused(MultipathMap map, List<ScsiDisk> disks, Deadline deadline) {
    Set<Hctl> ours = disks.stream().map(ScsiDisk::hctl).collect(Collectors.toUnmodifiableSet());
    if (!ours.containsAll(map.slaves()) || !map.alienSlaves().isEmpty()) {
      throw Failure.failedPrecondition(
          "%s has paths that are not Mooring's, so it is left; look at 'multipath -ll %s'"
              .formatted(map, map.name()));
    }
    requireNobody(map, users(map.number(), ""));
    List<Path> mounts = layers.elsewhere(VolumeDevice.of(map), Optional.empty());
    if (!mounts.isEmpty()) {
      throw inUse(map, "it is mounted at " + mounts);
    }
    OptionalInt open = devices.maps().openCount(map, deadline);
    if (!map.holders().isEmpty() || !open.equals(OptionalInt.of(0))) {
      throw inUse(
          map,
          "%s open, on top of it: %s"
              .formatted(
                  open.isPresent() ? open.getAsInt() : "?", String.join(", ", map.holders())));
    }
  }

  /** multipathd keeps every path open that it knows, and lets go of one that is removed. */
  private List<Holder> users(DeviceNumber device, String own) {
    return devices.holders().of(device).stream()
        .filter(user -> !user.name().equals(MULTIPATHD) && !user.name().equals(own))
        .toList();
  }

  private static void requireNobody(Object device, List<Holder> users) {
    if (!users.isEmpty()) {
      throw inUse(device, users.stream().map(Holder::toString).collect(Collectors.joining("; ")));
    }
  }

  private static Failure inUse(Object device, String users) {
    return Failure.failedPrecondition(
        "%s is in use (%s), so it is left; end what uses it".formatted(device, users));
  }
}
