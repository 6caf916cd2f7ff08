package io.mooring.controller.target;

import java.util.Optional;
import java.util.SortedMap;

/** The storage targets of this cluster. */
public interface Targets {
  /**
   * All of them by name.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE while they are not known
   */
  SortedMap<String, StorageTarget> current();

  /** Why the targets are not known, in one sentence; empty once they are. */
  Optional<String> trouble();
}
