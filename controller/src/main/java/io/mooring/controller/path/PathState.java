package io.mooring.controller.path;

import static java.util.Objects.requireNonNull;

/**
 * One path of a volume on a node.
 *
 * @param portal {@code address:port}
 * @param device {@code sdX}; empty where there is no disk
 * @param session the session's number; 0 where there is none
 */
public record PathState(String portal, String device, int session, State state) {
  /** How a path is. */
  public enum State {
    /** I/O takes it. */
    READY,
    /** It is in the map, and I/O does not take it. */
    FAILED,
    /** It is not in the map. */
    MISSING
  }

  public PathState {
    requireNonNull(portal, "portal is null");
    requireNonNull(device, "device is null");
    requireNonNull(state, "state is null");
  }
}
