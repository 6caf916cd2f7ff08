package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;

/**
 * Whether this node has anything left at a LUN number that was taken from it. It looks when it is
 * asked, at sysfs and at the records, and so knows nothing of an earlier boot.
 */
public final class LunCensus {
  private final Devices devices;
  private final Tracking tracking;

  public LunCensus(Devices devices, Tracking tracking) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
  }

  /**
   * Whether nothing is there: no record of a volume at the number, which is written before the
   * number is scanned and goes after its devices; no device, whatever it is and whoever made it;
   * and no map of the volume that nobody looks after.
   *
   * @param iqn of the target
   * @param serial of the volume that the number led to; empty where that is not known
   */
  public boolean isFree(String iqn, int lun, String serial) {
    // The records first: a volume that is recorded after this look was published after the
    // question.
    return tracking.all().stream().noneMatch(volume -> isAt(volume, iqn, lun))
        && devices.initiator().hostsOf(iqn).stream()
            .noneMatch(host -> devices.disks().exists(Hctl.of(host, lun)))
        && !hasStrayMap(serial);
  }

  private static boolean isAt(TrackedVolume volume, String iqn, int lun) {
    return volume.targets().stream()
        .anyMatch(target -> target.iqn().equals(iqn) && target.lun() == lun);
  }

  /** The map of a volume that is in use at another number is where it belongs. */
  private boolean hasStrayMap(String serial) {
    return !serial.isEmpty()
        && devices.maps().find(Wwid.ofLioSerial(serial)).isPresent()
        && tracking.all().stream().noneMatch(volume -> volume.id().serial().equals(serial));
  }
}
