package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.TargetPortal;

/**
 * One path of a volume.
 *
 * @param device {@code sdX}; empty where there is no disk
 * @param session the session's number; 0 where there is none
 */
public record PathStatus(TargetPortal target, String device, int session, State state) {
  /** How a path is. */
  public enum State {
    /** I/O takes it. */
    READY,
    /** It is in the map, and I/O does not take it. */
    FAILED,
    /** It is not in the map. */
    MISSING
  }

  public PathStatus {
    requireNonNull(target, "target is null");
    requireNonNull(device, "device is null");
    requireNonNull(state, "state is null");
  }

  boolean ready() {
    return state == State.READY;
  }
}
