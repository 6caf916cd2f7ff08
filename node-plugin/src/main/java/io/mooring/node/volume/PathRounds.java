package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.concurrent.Executor;

/** Begins rounds of bringing up paths, and waits for what an earlier one left behind. */
final class PathRounds {
  private final PathBringUp bringUp;
  private final TargetLocks targets;
  private final Stragglers stragglers;
  private final DeadPortals dead;
  private final Logins logins;
  private final Executor threads;

  PathRounds(
      PathBringUp bringUp,
      TargetLocks targets,
      Stragglers stragglers,
      DeadPortals dead,
      Logins logins,
      Executor threads) {
    this.bringUp = requireNonNull(bringUp, "bringUp is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
    this.dead = requireNonNull(dead, "dead is null");
    this.logins = requireNonNull(logins, "logins is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  void awaitNone(VolumeId volume, Deadline deadline) {
    stragglers.awaitNone(volume, deadline);
  }

  PathRound begin(VolumeId id, PublishContext volume, Deadline deadline) {
    PathRound round =
        new PathRound(id, volume, worthTrying(volume.routes()), bringUp, targets, stragglers);
    round.start(threads, deadline);
    return round;
  }

  /** Portals that were dead a moment ago are left to the background, unless all were. */
  private List<Route> worthTrying(List<Route> routes) {
    List<Route> promising =
        routes.stream()
            .filter(route -> !dead.contains(route.portal()) || logins.session(route).isPresent())
            .toList();
    return promising.isEmpty() ? routes : promising;
  }
}
