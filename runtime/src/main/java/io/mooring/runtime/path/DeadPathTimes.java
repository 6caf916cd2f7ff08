package io.mooring.runtime.path;

/**
 * The kernel's timers of a path that went silent, in whole seconds, as open-iscsi, multipathd and
 * LIO take them. They belong together: when a node sends a dead path's commands over another path,
 * the target must have forgotten what may still come over the dead one, or an old write lands after
 * a newer one. docs/features/path-guard.md has the reasoning.
 */
public final class DeadPathTimes {
  /** After how long an idle node asks for a sign of life (noop_out_interval). */
  public static final int NODE_ASKS = 5;

  /** How long the node waits for it (noop_out_timeout). */
  public static final int NODE_WAITS = 5;

  /**
   * How long the node holds the commands of a lost session (replacement_timeout, fast_io_fail_tmo).
   * Longer than the 3 s for which a packet waits for the answer to an ARP request.
   */
  public static final int NODE_HOLDS = 5;

  /** After how long an idle target asks for a sign of life (nopin_timeout). */
  public static final int TARGET_ASKS = 5;

  /** How long the target waits for it before it ends the session (nopin_response_timeout). */
  public static final int TARGET_WAITS = 5;

  private DeadPathTimes() {}
}
