package io.mooring.node.guard;

import io.mooring.node.iscsi.Session;
import java.time.Duration;

/** What the guard tells of its doings. Called on the guard's thread, so it must not block. */
public interface GuardNotes {
  /**
   * A path was given up: the kernel has been made to fail its I/O over to the others.
   *
   * @param after how long it was since the first sign: the carrier's loss, or the first data that
   *     nobody acknowledged
   */
  void gaveUp(Session path, Reason reason, Duration after);

  /** A dead path is left to the kernel's timers; told once per trouble and reason. */
  void heldBack(Session path, Hold why);

  /** A path that was given up is logged in again. */
  void cameBack(Session path);

  /** How many paths are watched now. */
  void watching(int paths);
}
