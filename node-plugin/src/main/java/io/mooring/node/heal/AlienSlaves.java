package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.TrackedVolume;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * A path in the map of a volume in use that is another volume by the kernel's own knowledge: every
 * n-th write would go there. It is failed and taken out at once, also the last one. Whose disk it
 * is is for the background to find out when it joins the path anew.
 */
final class AlienSlaves implements Step {
  private static final Duration EVICTION = Duration.ofSeconds(20);

  private final Devices devices;
  private final Repairs repairs;

  AlienSlaves(Devices devices, Repairs repairs) {
    this.devices = requireNonNull(devices, "devices is null");
    this.repairs = requireNonNull(repairs, "repairs is null");
  }

  @Override
  public void run(Look look, HealLog log) {
    for (TrackedVolume volume : look.staged()) {
      look.map(volume).ifPresent(map -> look(volume, map, look, log));
    }
  }

  private void look(TrackedVolume volume, MultipathMap map, Look look, HealLog log) {
    for (Hctl slave : map.slaves()) {
      Optional<ScsiDisk> ours = look.disk(slave);
      Optional<ScsiDisk> disk = ours.isPresent() ? ours : devices.disks().at(slave);
      if (disk.isPresent() && isAlien(disk.get(), volume)) {
        if (ours.isPresent()) {
          evict(volume, map, disk.get(), log);
        } else {
          log.found(
              Ailment.ALIEN_PATH,
              slave.toString(),
              "%s is in %s, is another volume and not Mooring's; take it out at once: 'multipathd del path %s'"
                  .formatted(disk.get(), map, disk.get().name()));
        }
      }
    }
  }

  /** A disk of which the kernel knows nothing is none of another volume. */
  private static boolean isAlien(ScsiDisk disk, TrackedVolume volume) {
    return disk.identity().isPresent() && !disk.is(volume.id().identity());
  }

  private void evict(TrackedVolume volume, MultipathMap map, ScsiDisk disk, HealLog log) {
    log.cure(
        Ailment.ALIEN_PATH,
        disk.hctl().toString(),
        "%s is in %s and is %s".formatted(disk, map, disk.identity().orElseThrow()),
        "taken out",
        () ->
            repairs.alone(
                volume.id(),
                _ -> {
                  repairs.evict(disk, map, Deadline.after(EVICTION));
                  return true;
                }));
  }
}
