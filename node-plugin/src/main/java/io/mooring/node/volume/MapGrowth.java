package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.Reply;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Steps X3 to X6: every path of a map, then the map gets the size that the target reports. A map
 * that were larger than one of its paths would answer with errors past that path's end.
 */
final class MapGrowth {
  /** The kernel skips a rescan in silence at times, so it is asked for again. */
  private static final Poll ASKING = new Poll(Duration.ofMillis(20), Duration.ofSeconds(2));

  private static final int RESIZES = 3;

  private final ScsiDisks disks;
  private final Maps maps;
  private final Timings timings;
  private final Executor threads;

  MapGrowth(ScsiDisks disks, Maps maps, Timings timings, Executor threads) {
    this.disks = requireNonNull(disks, "disks is null");
    this.maps = requireNonNull(maps, "maps is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /**
   * Grows the map; every path in it must work.
   *
   * @param sizeBytes at least this much
   * @return the map as it is then
   * @throws Failure UNAVAILABLE while the target reports less
   */
  MultipathMap grow(Wwid wwid, long sizeBytes, Deadline deadline) {
    long size = growPaths(wwid, sizeBytes, deadline);
    FailPoints.pass("node.expand.after-rescan");
    Reply last = new Reply.Ok();
    for (int left = RESIZES; left > 0 && maps.require(wwid).sizeBytes() != size; left--) {
      last = maps.resizeMap(wwid, deadline);
      boolean grown =
          Poll.SYSFS.until(
              deadline.atMost(timings.settling()), () -> maps.require(wwid).sizeBytes() == size);
      if (!grown && left > 1) {
        maps.reloadMap(wwid, deadline);
      }
    }
    MultipathMap map = maps.require(wwid);
    if (map.sizeBytes() != size) {
      throw Failure.internal(
          "%s has %d bytes and its paths have %d: multipathd answered %s, so look at its log"
              .formatted(map, map.sizeBytes(), size, last));
    }
    return map;
  }

  /** The size that all paths have. */
  private long growPaths(Wwid wwid, long sizeBytes, Deadline deadline) {
    List<ScsiDisk> before = paths(wwid);
    if (!agree(before, sizeBytes)) {
      boolean grown =
          ASKING.until(
              deadline.atMost(timings.ready()),
              () -> {
                rescan(paths(wwid), deadline);
                return Poll.SYSFS.until(
                    deadline.atMost(timings.settling()), () -> agree(paths(wwid), sizeBytes));
              });
      if (!grown) {
        throw Failure.unavailable(
            "the target does not report %d bytes over every path of map %s yet (%s); try again"
                .formatted(sizeBytes, wwid, sizes(paths(wwid))));
      }
    }
    return paths(wwid).getFirst().sizeBytes();
  }

  private void rescan(List<ScsiDisk> paths, Deadline deadline) {
    List<CompletableFuture<Void>> scans =
        paths.stream()
            .map(path ->
                CompletableFuture.runAsync(
                    () -> disks.rescan(path.hctl(), deadline.atMost(timings.ready())), threads))
            .toList();
    Parallel.await(CompletableFuture.allOf(scans.toArray(new CompletableFuture<?>[0])));
  }

  private static boolean agree(List<ScsiDisk> paths, long sizeBytes) {
    return !paths.isEmpty()
        && paths.getFirst().sizeBytes() >= sizeBytes
        && paths.stream().allMatch(path -> path.sizeBytes() == paths.getFirst().sizeBytes());
  }

  private static String sizes(List<ScsiDisk> paths) {
    return paths.stream()
        .map(path -> path + " " + path.sizeBytes())
        .collect(Collectors.joining(", "));
  }

  private List<ScsiDisk> paths(Wwid wwid) {
    return maps.require(wwid).slaves().stream().flatMap(slave -> disks.at(slave).stream()).toList();
  }
}
