package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.Optional;

/**
 * A disk leaves the map that it is a path of, and stays itself. multipathd's answer is no proof:
 * the kernel says whether the map still holds the disk.
 */
final class PathExit {
  private final Maps maps;
  private final ScsiDisks disks;
  private final Timings timings;

  PathExit(Maps maps, ScsiDisks disks, Timings timings) {
    this.maps = requireNonNull(maps, "maps is null");
    this.disks = requireNonNull(disks, "disks is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Whether the map has that very disk among its paths. Its address and its name may be another
   * disk's by now: then it does not.
   */
  boolean holds(MultipathMap map, ScsiDisk disk) {
    return disks
        .at(disk.hctl())
        .filter(now -> now.name().equals(disk.name()) && now.identity().equals(disk.identity()))
        .filter(now -> now.holders().contains(map.dmName()))
        .isPresent();
  }

  /**
   * Takes the disk out of the map and waits until it is out.
   *
   * @return multipathd's answer when the disk stays inside; empty when it is out or gone
   */
  Optional<Reply> takeOut(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    if (!holds(map, disk)) {
      return Optional.empty();
    }
    Reply reply = maps.delPath(disk.name(), deadline);
    return isOut(disk, map, deadline) ? Optional.empty() : Optional.of(reply);
  }

  /**
   * As {@link #takeOut}, of a disk that multipathd does not have for a path of this map: it writes
   * the map's table anew, with the paths that it knows.
   */
  Optional<Reply> writeOut(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    Reply reply = maps.reloadMap(map.wwid(), deadline);
    return isOut(disk, map, deadline) ? Optional.empty() : Optional.of(reply);
  }

  private boolean isOut(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    return Poll.SYSFS.until(deadline.atMost(timings.gone()), () -> !holds(map, disk));
  }
}
