package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** All volumes of a target at once, for whoever ends a session that they share. */
final class VolumesOfTarget {
  private final Tracking tracking;
  private final VolumeLocks locks;

  VolumesOfTarget(Tracking tracking, VolumeLocks locks) {
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.locks = requireNonNull(locks, "locks is null");
  }

  /** Held until closed, by the thread that took them. */
  static final class Held implements AutoCloseable {
    private final List<VolumeLocks.Held> locks = new ArrayList<>();
    private final List<TrackedVolume> volumes = new ArrayList<>();

    /** As they are on record since nobody else works on them. */
    List<TrackedVolume> volumes() {
      return List.copyOf(volumes);
    }

    @Override
    public void close() {
      locks.forEach(VolumeLocks.Held::close);
    }
  }

  /**
   * Takes those that use the target of that name; never waits.
   *
   * @throws Failure UNAVAILABLE when something works on one of them
   */
  Held take(String iqn) {
    return take(volume -> volume.iqns().contains(iqn));
  }

  /** The same for those volumes. */
  Held take(Predicate<TrackedVolume> which) {
    Held held = new Held();
    try {
      for (TrackedVolume volume : tracking.all().stream().filter(which).toList()) {
        held.locks.add(
            locks
                .tryTake(volume.id())
                .orElseThrow(
                    () -> Failure.unavailable(volume.volumeId() + " is busy; it is tried again")));
        // Looked at again under the lock.
        tracking.get(volume.id()).ifPresent(held.volumes::add);
      }
      return held;
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }
}
