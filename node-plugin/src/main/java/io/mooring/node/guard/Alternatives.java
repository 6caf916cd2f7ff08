package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.multipath.Maps;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.multipath.UsablePaths;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the maps can do without a path. The kernel says which maps have a path over the session,
 * multipathd how the others are; no device is asked.
 */
final class Alternatives {
  private static final Logger LOG = LoggerFactory.getLogger(Alternatives.class);

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
    if (live.isEmpty()) {
      return Optional.of(Hold.LAST_PATH);
    }
    try {
      UsablePaths usable = UsablePaths.of(maps, deadline);
      return affected.stream().allMatch(map -> hasAnother(map, live, usable))
          ? Optional.empty()
          : Optional.of(Hold.LAST_PATH);
    } catch (Failure e) {
      LOG.debug("multipathd: {}", e.sentence());
      return Optional.of(Hold.MULTIPATHD);
    }
  }

  private static boolean hasAnother(MultipathMap map, Set<Integer> live, UsablePaths usable) {
    return !map.suspended()
        && map.slaves().stream()
            .filter(slave -> live.contains(slave.host()))
            .map(Hctl::toString)
            .anyMatch(slave -> usable.include(map.wwid().value(), slave));
  }
}
