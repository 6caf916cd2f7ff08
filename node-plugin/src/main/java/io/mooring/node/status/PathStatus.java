package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.TargetPortal;

/**
 * One path of a volume.
 *
 * @param device {@code sdX}; empty where there is no disk
 * @param session the session's number; 0 where there is none
 * @param note why a path that is to leave does not; empty where it is about to
 */
public record PathStatus(
    TargetPortal target, String device, int session, State state, String note) {
  /** How a path is. */
  public enum State {
    /** I/O takes it. */
    READY,
    /** It is in the map, and I/O does not take it. */
    FAILED,
    /** It is not in the map. */
    MISSING,
    /** Its portal is not to be used, and something of it is still there. */
    LEAVING,
    /** Its portal is not to be used, and nothing of it is there. */
    DRAINED
  }

  public PathStatus {
    requireNonNull(target, "target is null");
    requireNonNull(device, "device is null");
    requireNonNull(state, "state is null");
    requireNonNull(note, "note is null");
  }

  /** A path that should be there. */
  public PathStatus(TargetPortal target, String device, int session, State state) {
    this(target, device, session, state, "");
  }

  /** Whether it should be there. */
  public boolean expected() {
    return state != State.LEAVING && state != State.DRAINED;
  }

  /** Whether I/O takes it. */
  public boolean ready() {
    return state == State.READY;
  }

  /** Whether it is as it is to stay, so that nothing is about to happen to it. */
  boolean settled() {
    return ready() || state == State.DRAINED;
  }
}
