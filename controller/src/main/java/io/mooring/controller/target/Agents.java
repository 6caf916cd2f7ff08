package io.mooring.controller.target;

import java.util.Collection;

/** Finds the agent of a storage target. */
public interface Agents {
  /** Connects when first used, not here. */
  Agent of(StorageTarget target);

  /** Lets go of the connections to targets that are not among these. */
  void keepOnly(Collection<StorageTarget> targets);
}
