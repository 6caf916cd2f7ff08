package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.time.Deadline;
import java.util.List;

/**
 * Carries new limits to the nodes that have the volume; the others learn of them when they get it.
 */
@FunctionalInterface
public interface LimitsListener {
  /** Nobody carries them: they are in force when the volume is next attached. */
  LimitsListener NOBODY = (_, _) -> {};

  /**
   * What a volume may be asked for from now on.
   *
   * @param limits with the revision that tells them from older ones
   * @param nodes that have the volume
   */
  record Change(VolumeId volume, VolumeLimits limits, List<NodeId> nodes) {
    public Change {
      requireNonNull(volume, "volume is null");
      requireNonNull(limits, "limits is null");
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Called after the storage host has confirmed the limits, also where the same were asked for
   * again: a call that failed after the host was asked is repeated like that.
   *
   * @throws io.mooring.runtime.failure.Failure to have the CO repeat its call
   */
  void changed(Change change, Deadline deadline);
}
