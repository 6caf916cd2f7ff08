package io.mooring.node.multipath;

import io.mooring.runtime.time.Deadline;
import java.util.Set;
import java.util.stream.Collectors;

/** The paths that I/O can take, as multipathd or the kernel said at one moment. */
public final class UsablePaths {
  private final Set<Path> paths;

  /** A path as multipathd writes it. */
  private record Path(String wwid, String hctl) {}

  private UsablePaths(Set<Path> paths) {
    this.paths = paths;
  }

  /**
   * Asks multipathd; no device is asked.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when it does not answer in time
   */
  public static UsablePaths of(Maps maps, Deadline deadline) {
    return new UsablePaths(
        maps.knownPaths(deadline).stream()
            .filter(KnownPath::usable)
            .map(path -> new Path(path.wwid(), path.hctl()))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Asks the kernel, for when multipathd is held up itself.
   *
   * @throws io.mooring.runtime.failure.Failure when that is not answered in time
   */
  public static UsablePaths byTheKernel(Maps maps, Deadline deadline) {
    return new UsablePaths(
        maps.activePaths(deadline).entrySet().stream()
            .flatMap(map ->
                map.getValue().stream()
                    .map(hctl -> new Path(map.getKey().value(), hctl.toString())))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Whether the disk at that address is one of them, for the map of that WWID.
   *
   * @param hctl the address as text, {@code 3:0:0:1}
   */
  public boolean include(String wwid, String hctl) {
    return paths.contains(new Path(wwid, hctl));
  }
}
