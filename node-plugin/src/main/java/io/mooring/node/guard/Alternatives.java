package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.UsablePaths;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the maps can do without a path. The kernel says which maps have a path over the session,
 * multipathd how the others are, or the kernel again where multipathd is held up; no device is
 * asked.
 */
final class Alternatives {
  private static final Logger LOG = LoggerFactory.getLogger(Alternatives.class);

  /** multipathd answers in milliseconds, or else is held up. */
  private static final Duration MULTIPATHD = Duration.ofMillis(300);

  private final Maps maps;

  Alternatives(Maps maps) {
    this.maps = requireNonNull(maps, "maps is null");
  }

  /**
   * Why the session with that SCSI host must keep its connection; empty when every map on it has
   * another live path.
   *
   * @param live the SCSI hosts of our other sessions that are logged in and beyond doubt
   */
  Optional<Hold> hold(int host, Set<Integer> live, Deadline deadline) {
    List<MultipathMap> affected =
        maps.all().stream()
            .filter(map -> map.slaves().stream().anyMatch(slave -> slave.host() == host))
            .toList();
    if (affected.isEmpty()) {
      return Optional.of(Hold.NO_MAP);
    }
    if (!affected.stream().allMatch(map -> map.slaves().stream().anyMatch(on(live)))) {
      return Optional.of(Hold.LAST_PATH); // whatever multipathd thinks of the others
    }
    return usable(deadline)
        .map(usable ->
            affected.stream().allMatch(map -> hasAnother(map, live, usable))
                ? Optional.<Hold>empty()
                : Optional.of(Hold.LAST_PATH))
        .orElse(Optional.of(Hold.UNKNOWN));
  }

  /** multipathd may itself wait for the dead path, and answers nobody meanwhile. */
  private Optional<UsablePaths> usable(Deadline deadline) {
    try {
      return Optional.of(UsablePaths.of(maps, deadline.atMost(MULTIPATHD)));
    } catch (Failure e) {
      LOG.debug("multipathd: {}", e.sentence());
    }
    try {
      return Optional.of(UsablePaths.byTheKernel(maps, deadline));
    } catch (Failure e) {
      LOG.debug("device-mapper: {}", e.sentence());
      return Optional.empty();
    }
  }

  private static Predicate<Hctl> on(Set<Integer> hosts) {
    return slave -> hosts.contains(slave.host());
  }

  private static boolean hasAnother(MultipathMap map, Set<Integer> live, UsablePaths usable) {
    return !map.suspended()
        && map.slaves().stream()
            .filter(on(live))
            .map(Hctl::toString)
            .anyMatch(slave -> usable.include(map.wwid().value(), slave));
  }
}
