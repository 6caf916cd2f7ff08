package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Udev;
import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Optional;

/**
 * Step A11: a verified disk becomes a path of its map. multipathd is told as soon as udev's record
 * of the disk is complete: earlier it would refuse and wait, later it would find out by itself.
 */
final class PathJoin {
  private static final Poll POLL = new Poll(Duration.ofMillis(10), Duration.ofMillis(50));

  /** Requests are repeated after this part of the time that a path has. */
  private static final int REQUESTS = 10;

  private final ScsiDisks disks;
  private final Maps maps;
  private final Udev udev;
  private final Timings timings;

  PathJoin(ScsiDisks disks, Maps maps, Udev udev, Timings timings) {
    this.disks = requireNonNull(disks, "disks is null");
    this.maps = requireNonNull(maps, "maps is null");
    this.udev = requireNonNull(udev, "udev is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Returns when the disk is a path of the map of that WWID.
   *
   * @throws Failure FAILED_PRECONDITION when multipathd is told to leave it alone or something else
   *     holds the disk; UNAVAILABLE when it is not in the map in time
   */
  void join(Hctl at, Wwid wwid, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.join());
    if (isJoined(present(at), wwid)) {
      return;
    }
    awaitRecord(present(at), wwid, bound);
    Requests requests = new Requests(wwid, bound);
    boolean joined =
        POLL.until(
            bound,
            () -> {
              ScsiDisk disk = present(at);
              if (isJoined(disk, wwid)) {
                return true;
              }
              return requests.askIfDue(disk) && isJoined(present(at), wwid);
            });
    if (!joined) {
      throw Failure.unavailable(requests.explain(present(at)));
    }
  }

  /**
   * multipathd does nothing with a disk before udev's record is complete, so nothing else is looked
   * at until then: on a host with few processors each look delays udev.
   */
  private void awaitRecord(ScsiDisk disk, Wwid wwid, Deadline bound) {
    if (!POLL.until(bound, () -> isRecorded(disk, wwid))) {
      throw Failure.unavailable(
          disk + ": udev has no complete record of it; check that systemd-udevd runs");
    }
  }

  private boolean isRecorded(ScsiDisk disk, Wwid wwid) {
    return udev.block(disk.number())
        .filter(record -> wwid.value().equals(record.get("ID_SERIAL")))
        .isPresent();
  }

  private ScsiDisk present(Hctl at) {
    return disks
        .at(at)
        .orElseThrow(
            () -> Failure.unavailable("disk " + at + " vanished while it was being attached"));
  }

  private boolean isJoined(ScsiDisk disk, Wwid wwid) {
    if (disk.holders().isEmpty()) {
      return false;
    }
    // The disk was looked at before the map: a holder seen then is in the map's table by now.
    if (maps.find(wwid).filter(map -> map.slaves().contains(disk.hctl())).isPresent()) {
      return true;
    }
    throw Failure.failedPrecondition(
        "%s is held by %s and not by multipath; exclude %s from whatever took it (for LVM: the"
                .formatted(disk, String.join(", ", disk.holders()), wwid)
            + " devices file or global_filter)");
  }

  /** What has been asked of multipathd for one disk, and when it may be asked again. */
  private final class Requests {
    private final Wwid wwid;
    private final Deadline bound;
    private Optional<Deadline> quietUntil = Optional.empty();
    private String last = "multipathd was not asked";

    Requests(Wwid wwid, Deadline bound) {
      this.wwid = wwid;
      this.bound = bound;
    }

    /** Asks for the path, later for the whole map; false when it is too early to ask. */
    boolean askIfDue(ScsiDisk disk) {
      if (quietUntil.isPresent() && !quietUntil.get().expired()) {
        return false;
      }
      boolean first = quietUntil.isEmpty();
      Reply reply = maps.addPath(disk.name(), bound);
      if (!first && reply.ok() && maps.find(wwid).isEmpty()) {
        reply = maps.addMap(wwid, bound);
      }
      note(reply);
      quietUntil = Optional.of(Deadline.after(timings.join().dividedBy(REQUESTS), bound.ticker()));
      return true;
    }

    private void note(Reply reply) {
      if (reply instanceof Reply.Blacklisted) {
        throw Failure.failedPrecondition(
            "multipathd's configuration blacklists "
                + wwid
                + "; add a blacklist_exceptions section for device vendor LIO-ORG, product ^mooring"
                + " and protocol scsi:iscsi (see docs/node.md)");
      }
      last = "multipathd answered " + reply + ", so look at its log";
    }

    String explain(ScsiDisk disk) {
      return disk + " did not become a path of map " + wwid + " in time: " + last;
    }
  }
}
