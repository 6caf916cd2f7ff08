package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
  private static final Poll AGAIN = new Poll(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final ScsiDisks disks;
  private final AlienPaths aliens;
  private final Executor threads;
  private final Timings timings;

  LiveCheck(ScsiDisks disks, AlienPaths aliens, Executor threads, Timings timings) {
    this.disks = requireNonNull(disks, "disks is null");
    this.aliens = requireNonNull(aliens, "aliens is null");
    this.threads = requireNonNull(threads, "threads is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /** What a path says when it is asked who it is. */
  private enum Answer {
    VOLUME,
    OTHER,
    NONE
  }

  /**
   * Takes paths that answer as another volume out of the map.
   *
   * @return whether the volume is lost to this node: every path leads to another one, or the target
   *     has taken it away
   */
  boolean isLost(VolumeId volume, MultipathMap map, Deadline deadline) {
    List<ScsiDisk> paths =
        map.slaves().stream().flatMap(slave -> disks.at(slave).stream()).toList();
    List<CompletableFuture<Answer>> answers =
        paths.stream()
            .map(path ->
                CompletableFuture.supplyAsync(
                    () -> ask(volume, path, deadline.atMost(INQUIRY)), threads))
            .toList();
    Map<Answer, List<ScsiDisk>> said = new EnumMap<>(Answer.class);
    for (int i = 0; i < paths.size(); i++) {
      said.computeIfAbsent(Parallel.await(answers.get(i)), answer -> new ArrayList<>())
          .add(paths.get(i));
    }
    said.getOrDefault(Answer.OTHER, List.of()).forEach(path -> aliens.evict(path, map, deadline));
    if (said.containsKey(Answer.VOLUME) || paths.size() < map.slaves().size() || paths.isEmpty()) {
      return false;
    }
    List<ScsiDisk> silent = said.getOrDefault(Answer.NONE, List.of());
    return silent.isEmpty() || stayUnmapped(silent, deadline);
  }

  private Answer ask(VolumeId volume, ScsiDisk path, Deadline deadline) {
    if (path.state() != DiskState.RUNNING) {
      return Answer.NONE;
    }
    try {
      boolean same = disks.liveIdentity(path.hctl(), deadline).equals(volume.identity());
      return same ? Answer.VOLUME : Answer.OTHER;
    } catch (Failure e) {
      LOG.debug("{} does not say who it is: {}", path, e.sentence());
      return Answer.NONE;
    }
  }

  /**
   * Whether the target has none of these for this node, and goes on saying so: a storage host that
   * has just come up may not serve everything yet.
   */
  private boolean stayUnmapped(List<ScsiDisk> paths, Deadline deadline) {
    boolean back =
        AGAIN.until(
            deadline.atMost(timings.gone()),
            () -> !paths.stream().allMatch(path -> isUnmapped(path, deadline)));
    return !back && !deadline.remaining().isZero();
  }

  private boolean isUnmapped(ScsiDisk path, Deadline deadline) {
    try {
      return disks.isUnmapped(path.hctl(), deadline.atMost(INQUIRY));
    } catch (Failure e) {
      LOG.debug("{} does not answer: {}", path, e.sentence());
      return false;
    }
  }
}
