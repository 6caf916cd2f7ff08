package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A path inside a map that is not the map's volume: every n-th write would go to another disk. It
 * is failed first, which the kernel does at once, then taken out.
 */
final class AlienPaths {
  private static final Logger LOG = LoggerFactory.getLogger(AlienPaths.class);

  private final Maps maps;
  private final ScsiDisks disks;
  private final Timings timings;

  AlienPaths(Maps maps, ScsiDisks disks, Timings timings) {
    this.maps = requireNonNull(maps, "maps is null");
    this.disks = requireNonNull(disks, "disks is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Takes the path out of the map and proves it; the disk itself stays.
   *
   * @throws Failure INTERNAL when it stays inside
   */
  void evict(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    LOG.error("{} is in {} and is another volume; taking it out", disk, map);
    Reply failed = maps.failPath(disk.name(), deadline);
    Reply removed = maps.delPath(disk.name(), deadline);
    boolean out =
        Poll.SYSFS.until(
            deadline.atMost(timings.gone()),
            () ->
                disks
                    .at(disk.hctl())
                    .filter(now -> now.holders().contains(map.dmName()))
                    .isEmpty());
    if (!out) {
      throw Failure.internal(
          "%s is another volume and cannot be taken out of %s (%s, %s); do not use the volume"
                  .formatted(disk, map, failed, removed)
              + " until an administrator has looked at it");
    }
  }
}
