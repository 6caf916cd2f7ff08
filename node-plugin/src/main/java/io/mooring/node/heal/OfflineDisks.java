package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * A disk that was set offline, mostly by the kernel's error handler, while its session is logged
 * in: nobody else ever sets it running again. I/O is let through only when it has said who it is.
 */
final class OfflineDisks implements Step {
  private static final Duration REVIVAL = Duration.ofSeconds(20);

  private final Devices devices;
  private final Repairs repairs;

  OfflineDisks(Devices devices, Repairs repairs) {
    this.devices = requireNonNull(devices, "devices is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    for (ScsiDisk disk : look.disks()) {
      if (disk.state() == DiskState.OFFLINE && look.isLoggedIn(disk)) {
        look.stagedAs(disk).ifPresent(volume -> revive(disk, volume, log));
      }
    }
  }

  private void revive(ScsiDisk disk, TrackedVolume volume, HealLog log) {
    log.cure(
        Ailment.DISK,
        disk.hctl().toString(),
        "%s of %s is offline although its session is logged in".formatted(disk, volume.volumeId()),
        "runs again",
        () -> repairs.alone(volume.id(), now -> revive(disk, now)));
  }

  private boolean revive(ScsiDisk seen, TrackedVolume volume) {
    Deadline deadline = Deadline.after(REVIVAL);
    Identity identity = volume.id().identity();
    Optional<ScsiDisk> disk =
        devices
            .disks()
            .at(seen.hctl())
            .filter(now -> now.state() == DiskState.OFFLINE && now.is(identity));
    if (disk.isEmpty()) {
      return false;
    }
    Optional<MultipathMap> map =
        devices
            .maps()
            .find(volume.id().wwid())
            .filter(found -> found.slaves().contains(seen.hctl()));
    // An offline disk cannot be asked; a path that has failed gets no I/O before it was.
    map.ifPresent(found -> fail(disk.get(), found, deadline));
    devices.disks().setRunning(seen.hctl(), deadline);
    Identity says = devices.disks().liveIdentity(seen.hctl(), deadline);
    if (!says.equals(identity)) {
      map.ifPresent(found -> repairs.evict(disk.get(), found, deadline));
      throw Failure.internal(
          "it is %s now; look at what the storage host maps there".formatted(says));
    }
    map.ifPresent(_ -> devices.maps().reinstatePath(disk.get().name(), deadline));
    return true;
  }

  private void fail(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    Reply reply = devices.maps().failPath(disk.name(), deadline);
    if (!reply.ok()) {
      throw Failure.unavailable(
          "%s stays offline, since it cannot be kept from I/O in %s first (%s); see multipathd's log"
              .formatted(disk, map, reply));
    }
  }
}
