package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier boot left on the disk: its devices are gone with it, so the records go, too. Run
 * at every start, before the first call.
 */
public final class BootCleaning {
  private static final Logger LOG = LoggerFactory.getLogger(BootCleaning.class);

  private final Devices devices;
  private final Tracking tracking;

  BootCleaning(Devices devices, Tracking tracking) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
  }

  /** Forgets volumes of earlier boots, and node records of ours that nobody needs. */
  public void run(Deadline deadline) {
    String boot = devices.bootId().current();
    for (TrackedVolume volume : tracking.all()) {
      if (!volume.bootId().equals(boot)) {
        forget(volume, deadline);
      }
    }
    List<Session> sessions = devices.initiator().sessions();
    for (TargetPortal record : devices.initiator().records()) {
      boolean live = sessions.stream().anyMatch(record::isServedBy);
      if (!live && !tracking.needs(record.iqn())) {
        devices.initiator().removeRecord(record, deadline);
      }
    }
  }

  private void forget(TrackedVolume volume, Deadline deadline) {
    if (devices.maps().find(volume.id().wwid()).isPresent()) {
      LOG.warn(
          "{} is on record from an earlier boot and its map exists; it is left to its unstage",
          volume.volumeId());
      return;
    }
    LOG.info("{} was left by an earlier boot; forgetting it", volume.volumeId());
    devices.maps().forgetWwid(volume.id().wwid(), deadline);
    tracking.remove(volume.id());
  }
}
