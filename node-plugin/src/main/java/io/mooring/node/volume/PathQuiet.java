package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.scsi.ScsiDisk;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;

/**
 * Keeps new I/O off a path and waits until the old is over. A map stands still while its paths
 * change until everything is over that was on its way, so a slow path would stop all the others.
 */
final class PathQuiet {
  // multipathd checks a path soon after it has failed, and would take it up again.
  private static final Duration AGAIN = Duration.ofMillis(700);

  private final Maps maps;
  private final ScsiDisks disks;
  private final Timings timings;

  PathQuiet(Maps maps, ScsiDisks disks, Timings timings) {
    this.maps = requireNonNull(maps, "maps is null");
    this.disks = requireNonNull(disks, "disks is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Returns when nothing is on its way over that path of a map. Whoever then leaves it as it is
   * need not undo that: multipathd takes it up again when it has next checked it.
   *
   * @throws Failure UNAVAILABLE when its I/O does not end; the path is in use again then
   */
  void quieten(ScsiDisk disk, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.gone());
    do {
      var _ = maps.failPath(disk.name(), deadline); // one that multipathd does not know has no I/O
      if (Poll.SYSFS.until(bound.atMost(AGAIN), () -> disks.inFlight(disk.hctl()) == 0)) {
        return;
      }
    } while (!bound.expired());
    var _ = maps.reinstatePath(disk.name(), deadline);
    throw Failure.unavailable(
        "I/O over %s does not end, so it stays; check the path network and the storage host"
            .formatted(disk));
  }
}
