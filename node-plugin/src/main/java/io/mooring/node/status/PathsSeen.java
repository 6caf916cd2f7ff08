package io.mooring.node.status;

import io.mooring.node.iscsi.SessionState;
import java.util.List;

/**
 * What one look has seen.
 *
 * @param volumes every staged volume, in the order of their ids
 * @param sessions the state of each of ours
 */
public record PathsSeen(List<VolumePaths> volumes, List<SessionState> sessions) {
  public PathsSeen {
    volumes = List.copyOf(volumes);
    sessions = List.copyOf(sessions);
  }

  /** Whether every path that should be there is ready, and no other one is there. */
  boolean settled() {
    return volumes.stream().allMatch(VolumePaths::settled);
  }
}
