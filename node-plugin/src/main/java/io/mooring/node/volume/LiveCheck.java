package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every path of a map who it is now, before anything is written back through it: the LUN
 * number may have been given to another volume while this one was still here.
 */
final class LiveCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCheck.class);
  private static final Duration INQUIRY = Duration.ofSeconds(5);

  private final ScsiDisks disks;
  private final AlienPaths aliens;
  private final Executor threads;

  LiveCheck(ScsiDisks disks, AlienPaths aliens, Executor threads) {
    this.disks = requireNonNull(disks, "disks is null");
    this.aliens = requireNonNull(aliens, "aliens is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /**
   * Takes paths that answer as another volume out of the map.
   *
   * @return whether none is left because of that: nothing can be written back any more
   */
  boolean evictAliens(VolumeId volume, MultipathMap map, Deadline deadline) {
    List<ScsiDisk> paths =
        map.slaves().stream().flatMap(slave -> disks.at(slave).stream()).toList();
    List<ScsiDisk> others = new ArrayList<>();
    List<CompletableFuture<Boolean>> answers =
        paths.stream()
            .map(path ->
                CompletableFuture.supplyAsync(
                    () -> isAnother(volume, path, deadline.atMost(INQUIRY)), threads))
            .toList();
    for (int i = 0; i < paths.size(); i++) {
      if (Parallel.await(answers.get(i))) {
        others.add(paths.get(i));
      }
    }
    others.forEach(path -> aliens.evict(path, map, deadline));
    return !others.isEmpty() && others.size() == map.slaves().size();
  }

  private boolean isAnother(VolumeId volume, ScsiDisk path, Deadline deadline) {
    if (path.state() != DiskState.RUNNING) {
      return false;
    }
    try {
      return !disks.liveIdentity(path.hctl(), deadline).equals(volume.identity());
    } catch (Failure e) {
      LOG.debug("{} does not say who it is: {}", path, e.sentence());
      return false;
    }
  }
}
