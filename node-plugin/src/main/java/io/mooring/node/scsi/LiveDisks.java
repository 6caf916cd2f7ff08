package io.mooring.node.scsi;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a disk itself whether it can stand in for another path: a portal that fell silent while
 * nothing was under way over it is taken for live by everybody.
 */
public final class LiveDisks {
  private static final Logger LOG = LoggerFactory.getLogger(LiveDisks.class);

  /** A target answers an INQUIRY without a look at its disks. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private LiveDisks() {}

  /** Whether it answers as the one that is expected; what it answers else is logged. */
  public static boolean answers(ScsiDisks disks, ScsiDisk disk, Wwid expected, Deadline deadline) {
    try {
      return disks.liveIdentity(disk.hctl(), deadline.atMost(ANSWER)).wwid().equals(expected);
    } catch (Failure e) {
      LOG.info("{} is no alternative: {}", disk, e.sentence());
      return false;
    }
  }
}
