package io.mooring.node.volume;

/** How far a volume is on this node. */
public enum Phase {
  /** Devices may exist; nothing may be mounted from them yet. */
  STAGING,
  /** The map is complete and, for a file system, mounted. */
  STAGED,
  /** Being taken apart; nothing of it may be used any more. */
  UNSTAGING
}
