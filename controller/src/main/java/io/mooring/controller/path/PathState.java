package io.mooring.controller.path;

import static java.util.Objects.requireNonNull;

/**
 * One path of a volume on a node.
 *
 * @param portal {@code address:port}
 * @param device {@code sdX}; empty where there is no disk
 * @param session the session's number; 0 where there is none
 * @param note why a path that is to leave does not; empty where it is about to
 */
public record PathState(String portal, String device, int session, State state, String note) {
  /** How a path is. */
  public enum State {
    /** I/O takes it. */
    READY,
    /** It is in the map, and I/O does not take it. */
    FAILED,
    /** It is not in the map. */
    MISSING,
    /** It is not to be there, and has not gone yet. */
    LEAVING,
    /** It is not to be there, and nothing of it is. */
    DRAINED
  }

  public PathState {
    requireNonNull(portal, "portal is null");
    requireNonNull(device, "device is null");
    requireNonNull(state, "state is null");
    requireNonNull(note, "note is null");
  }

  /** A path that should be there. */
  public PathState(String portal, String device, int session, State state) {
    this(portal, device, session, state, "");
  }

  /** Whether it should be there. */
  public boolean expected() {
    return state != State.LEAVING && state != State.DRAINED;
  }
}
