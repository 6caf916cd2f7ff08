package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What the pools do not record of a node: its claim on its uuid, and when it lost which LUN number.
 *
 * @param freed every number that it once had and has not now
 */
public record NodeDocument(String cluster, String uuid, String name, List<FreedLun> freed) {
  /** A LUN number and the wall-clock time from which nothing was mapped under it any more. */
  public record FreedLun(int lun, Instant at) {
    public FreedLun {
      requireNonNull(at, "at is null");
    }
  }

  public NodeDocument {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(uuid, "uuid is null");
    requireNonNull(name, "name is null");
    freed = List.copyOf(freed);
  }
}
