package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A path inside a map that is not the map's volume: every n-th write would go to another disk. It
 * is failed first, which the kernel does at once, then taken out.
 */
final class AlienPaths {
  private static final Logger LOG = LoggerFactory.getLogger(AlienPaths.class);

  private final Maps maps;
  private final PathExit exit;

  /** Who comes second finds the disk gone, and nothing is done to the one that took its place. */
  private final ReentrantLock alone = new ReentrantLock();

  AlienPaths(Maps maps, PathExit exit) {
    this.maps = requireNonNull(maps, "maps is null");
    this.exit = requireNonNull(exit, "exit is null");
  }

  /**
   * Takes the path out of the map and proves it; the disk itself stays. A disk that has left the
   * map meanwhile is fine.
   *
   * @throws Failure INTERNAL when it stays inside
   */
  void evict(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    if (!deadline.grants(alone::tryLock)) {
      throw Failure.deadlineExceeded(
          "another path of another volume is being taken out of a map; try again");
    }
    try {
      if (exit.holds(map, disk)) {
        takeOut(disk, map, deadline);
      }
    } finally {
      alone.unlock();
    }
  }

  private void takeOut(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    LOG.error("{} is in {} and is another volume; taking it out", disk, map);
    String failed = fail(disk, map, deadline);
    Optional<Reply> stayed = exit.takeOut(disk, map, deadline);
    if (stayed.isPresent()) {
      stayed = exit.writeOut(disk, map, deadline);
    }
    if (stayed.isPresent()) {
      throw Failure.internal(
          "%s is another volume and cannot be taken out of %s (%s, %s); do not use the volume"
                  .formatted(disk, map, failed, stayed.get())
              + " until an administrator has looked at it");
    }
  }

  /** Whether or not it works, the path has to go; says what became of it. */
  private String fail(ScsiDisk disk, MultipathMap map, Deadline deadline) {
    try {
      maps.failPath(map, disk.number(), deadline);
      return "it is failed";
    } catch (Failure e) {
      LOG.warn("{} in {}: {}", disk, map, e.sentence());
      return e.sentence();
    }
  }
}
