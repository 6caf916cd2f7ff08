package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a stage that came to no usable map: what this stage made goes again, what was there before
 * stays, and so do sessions. What cannot be undone now is found by the WWID at the next stage or
 * unstage.
 */
final class Undo {
  private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

  private final Devices devices;
  private final Dismantling dismantling;
  private final PathRemoval pathRemoval;
  private final Stragglers stragglers;

  Undo(Devices devices, Dismantling dismantling, PathRemoval pathRemoval, Stragglers stragglers) {
    this.devices = requireNonNull(devices, "devices is null");
    this.dismantling = requireNonNull(dismantling, "dismantling is null");
    this.pathRemoval = requireNonNull(pathRemoval, "pathRemoval is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
  }

  /** Takes back what the round made; a failure in it is attached to the one that led here. */
  void after(
      Failure failure,
      StageRequest request,
      PathRound round,
      boolean mapWasThere,
      Deadline deadline) {
    try {
      stragglers.awaitNone(request.volume(), deadline);
      if (!mapWasThere) {
        takeBack(request.context().wwid(), round.created(), deadline);
      }
    } catch (Failure left) {
      LOG.warn("{}: not undone: {}", request.volume(), left.sentence());
      failure.addSuppressed(left);
    }
  }

  private void takeBack(Wwid wwid, Set<Hctl> created, Deadline deadline) {
    dismantling.run(
        wwid, () -> made(wwid, created), () -> LOG.debug("map {} is undone", wwid), deadline);
    if (pathRemoval.disksOf(wwid).isEmpty()) {
      devices.maps().forgetWwid(wwid, deadline);
    }
  }

  private List<ScsiDisk> made(Wwid wwid, Set<Hctl> created) {
    return pathRemoval.disksOf(wwid).stream()
        .filter(disk -> created.contains(disk.hctl()))
        .toList();
  }
}
