package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps D6 to D10: the map, then the disks. On a slow host multipathd may hear late of a disk that
 * is about to go and make the map once more; then both steps are repeated.
 */
final class Dismantling {
  private static final Logger LOG = LoggerFactory.getLogger(Dismantling.class);
  private static final int ROUNDS = 3;

  private final Maps maps;
  private final MapRemoval mapRemoval;
  private final PathRemoval pathRemoval;

  Dismantling(Maps maps, MapRemoval mapRemoval, PathRemoval pathRemoval) {
    this.maps = requireNonNull(maps, "maps is null");
    this.mapRemoval = requireNonNull(mapRemoval, "mapRemoval is null");
    this.pathRemoval = requireNonNull(pathRemoval, "pathRemoval is null");
  }

  /**
   * Removes the map of that WWID and these disks, with proof.
   *
   * @param disks looked up once the map has gone
   * @param between told when the map has gone
   * @throws Failure why something of it remains
   */
  void run(Wwid wwid, Supplier<List<ScsiDisk>> disks, Runnable between, Deadline deadline) {
    for (int round = 1; round < ROUNDS; round++) {
      if (isDone(wwid, disks, between, deadline)) {
        return;
      }
      LOG.info("map {} came back while its disks were removed; once more", wwid);
    }
    mapRemoval.remove(wwid, deadline);
    pathRemoval.remove(disks.get(), wwid, deadline);
    if (maps.find(wwid).isPresent()) {
      throw Failure.unavailable("map " + wwid + " came back while it was removed; try again");
    }
  }

  private boolean isDone(
      Wwid wwid, Supplier<List<ScsiDisk>> disks, Runnable between, Deadline deadline) {
    mapRemoval.remove(wwid, deadline);
    between.run();
    try {
      pathRemoval.remove(disks.get(), wwid, deadline);
    } catch (Failure e) {
      if (maps.find(wwid).isEmpty()) {
        throw e;
      }
      LOG.debug("a disk is held by the map again: {}", e.sentence());
    }
    return maps.find(wwid).isEmpty();
  }
}
