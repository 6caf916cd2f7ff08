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
 * After a stage that failed. Where it may succeed by itself, what was reached stays: the next try
 * goes on from there, and a kubelet that gives up unstages. Where somebody has to act first, the
 * kubelet takes the volume for one that is not here, and never unstages it: so what this stage made
 * goes again, what was there before stays, and so do sessions. Where that cannot be done, the
 * failure is answered as one that may pass, so that a stage or an unstage comes, which finds by the
 * WWID what is left.
 */
final class Undo {
  private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

  private final Devices devices;
  private final Tracking tracking;
  private final Detach detach;
  private final Dismantling dismantling;
  private final PathRemoval pathRemoval;
  private final Stragglers stragglers;

  Undo(
      Devices devices,
      Tracking tracking,
      Detach detach,
      Dismantling dismantling,
      PathRemoval pathRemoval,
      Stragglers stragglers) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.detach = requireNonNull(detach, "detach is null");
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

  /**
   * After a failure that came once the map could be used.
   *
   * @return what to answer
   */
  Failure afterUse(Failure failure, StageRequest request, Before before, Deadline deadline) {
    if (mayPass(failure) || before.keptMap()) {
      return failure;
    }
    try {
      detach.takeApart(request.volume(), request.staging(), deadline);
      forget(request);
      return failure;
    } catch (Failure left) {
      return notUndone(failure, left, request);
    }
  }

  private static Failure notUndone(Failure failure, Failure left, StageRequest request) {
    LOG.warn("{}: not undone: {}", request.volume(), left.sentence());
    return mayPass(failure)
        ? failure
        : Failure.unavailable(
            "%s; what was made for it is still on the node: %s"
                .formatted(failure.sentence(), left.sentence()));
  }

  /**
   * After a failure before that: takes back what is of no more use.
   *
   * @return what to answer
   */
  Failure after(
      Failure failure, StageRequest request, PathRound round, Before before, Deadline deadline) {
    try {
      stragglers.awaitNone(request.volume(), deadline);
      Wwid wwid = request.context().wwid();
      if (!before.keptMap() && !isOfUse(request.context(), failure)) {
        takeBack(wwid, before.unfinished() ? _ -> true : round.created()::contains, deadline);
        if (!mayPass(failure)) {
          forget(request);
        }
      }
      return failure;
    } catch (Failure left) {
      return notUndone(failure, left, request);
    }
  }

  /**
   * A document of what is not there would hold its LUN number and its sessions for ever. That of a
   * file system stays all the same: a volume that reads blank now must not be formatted anew.
   */
  private void forget(StageRequest request) {
    Wwid wwid = request.context().wwid();
    boolean formatted = tracking.get(request.volume()).filter(TrackedVolume::formatted).isPresent();
    if (!formatted && devices.maps().find(wwid).isEmpty() && pathRemoval.disksOf(wwid).isEmpty()) {
      tracking.remove(request.volume());
    }
  }

  /**
   * Undoing it would throw away what a busy host came to in its two minutes, so that the next try
   * came no further either.
   */
  private boolean isOfUse(PublishContext volume, Failure failure) {
    return mayPass(failure) && hasGoodDisks(volume);
  }

  /** The kubelet's uncertain errors: it tries again or unstages, but never just walks away. */
  private static boolean mayPass(Failure failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED -> true;
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
