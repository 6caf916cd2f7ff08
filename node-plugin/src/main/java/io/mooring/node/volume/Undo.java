package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a stage that came to no usable map. Where it may succeed by itself, what was reached stays:
 * the next try goes on from there, and a kubelet that gives up unstages. Where somebody has to act
 * first, what this stage made goes again, what was there before stays, and so do sessions. What
 * cannot be undone now is found by the WWID at the next stage or unstage.
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

  /**
   * What was there of the volume when a stage began.
   *
   * @param unfinished whether an earlier stage of this boot has left it as it is
   * @param map whether it had a map
   */
  record Before(boolean unfinished, boolean map) {
    /** Whether it had a map that no unfinished stage has left: that one stays. */
    boolean keptMap() {
      return map && !unfinished;
    }
  }

  /** Takes back what is of no more use; a failure in it is attached to the one that led here. */
  void after(
      Failure failure, StageRequest request, PathRound round, Before before, Deadline deadline) {
    try {
      stragglers.awaitNone(request.volume(), deadline);
      Wwid wwid = request.context().wwid();
      if (!before.keptMap() && !isOfUse(request.context(), failure)) {
        takeBack(wwid, before.unfinished() ? _ -> true : round.created()::contains, deadline);
      }
    } catch (Failure left) {
      LOG.warn("{}: not undone: {}", request.volume(), left.sentence());
      failure.addSuppressed(left);
    }
  }

  /**
   * Undoing it would throw away what a busy host came to in its two minutes, so that the next try
   * came no further either.
   */
  private boolean isOfUse(PublishContext volume, Failure failure) {
    return switch (failure.kind()) {
      // The kubelet's uncertain errors: it tries again or unstages, but never just walks away.
      case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED -> hasGoodDisks(volume);
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          PERMISSION_DENIED ->
          false;
    };
  }

  private boolean hasGoodDisks(PublishContext volume) {
    List<ScsiDisk> disks = pathRemoval.disksOf(volume.wwid());
    return !disks.isEmpty()
        && disks.stream().allMatch(disk -> disk.sizeBytes() >= volume.sizeBytes());
  }

  private void takeBack(Wwid wwid, Predicate<Hctl> made, Deadline deadline) {
    dismantling.run(
        wwid, () -> disks(wwid, made), () -> LOG.debug("map {} is undone", wwid), deadline);
    if (pathRemoval.disksOf(wwid).isEmpty()) {
      devices.maps().forgetWwid(wwid, deadline);
    }
  }

  private List<ScsiDisk> disks(Wwid wwid, Predicate<Hctl> made) {
    return pathRemoval.disksOf(wwid).stream().filter(disk -> made.test(disk.hctl())).toList();
  }
}
