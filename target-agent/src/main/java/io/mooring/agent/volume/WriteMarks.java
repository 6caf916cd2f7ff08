package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that something was written to a volume. A node that reads nothing but zeros then does not
 * take it for new: what was there is lost, or lies elsewhere on it, and is not to be formatted
 * over.
 */
final class WriteMarks {
  private static final Logger LOG = LoggerFactory.getLogger(WriteMarks.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Pools pools;

  WriteMarks(Pools pools) {
    this.pools = requireNonNull(pools, "pools is null");
  }

  /** The record with what is seen now; as it was where that cannot be seen. */
  VolumeRecord marked(VolumeRecord volume, Deadline deadline) {
    if (volume.written()) {
      return volume;
    }
    try {
      return pools.of(volume).holdsData(volume, deadline.atMost(LOOK))
          ? volume.afterWriting()
          : volume;
    } catch (Failure e) {
      LOG.info("{}: whether it was written to is not seen: {}", volume.label(), e.sentence());
      return volume;
    }
  }
}
