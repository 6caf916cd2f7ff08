package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** The one place where a copy can be: the pool of what it is a copy of. */
final class Origins {
  private final Fleet fleet;

  Origins(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * The place.
   *
   * @throws Failure NOT_FOUND without such an origin; ABORTED for a snapshot that is not ready;
   *     INVALID_ARGUMENT when the parameters exclude its pool; RESOURCE_EXHAUSTED when no node that
   *     may use the copy reaches it
   */
  Place place(VolumeRequest request, Origin origin, Deadline deadline) {
    StorageTarget target =
        fleet
            .target(origin.target())
            .orElseThrow(() ->
                Failure.notFound(
                    "%s is not known: there is no storage target %s"
                        .formatted(origin, origin.target())));
    Agent agent = fleet.agent(target);
    String pool = pool(agent, origin, deadline);
    if (!request.parameters().allow(target.name(), pool)) {
      throw Failure.invalidArgument(
          "%s is in pool %s/%s, where its copies have to be, and the parameters exclude that; use another StorageClass"
              .formatted(origin, target.name(), pool));
    }
    if (!request.fabrics().admit(target)) {
      throw Failure.resourceExhausted(
          "%s is on storage target %s, which serves the fabrics %s and not %s; copies stay on their target"
              .formatted(
                  origin, target.name(), target.share().fabrics(), request.fabrics().required()));
    }
    return new Place(target, state(agent, pool, deadline));
  }

  private static String pool(Agent agent, Origin origin, Deadline deadline) {
    String serial = origin.source().serial();
    Optional<String> pool =
        switch (origin.source().kind()) {
          case SNAPSHOT ->
              agent.snapshot(serial, deadline).map(snapshot -> poolOfReady(origin, snapshot));
          case VOLUME -> agent.withSerial(serial, deadline).map(StoredVolume::pool);
        };
    return pool.orElseThrow(() -> Failure.notFound(origin + " does not exist"));
  }

  /** Its host copies without being asked, so a caller that tries again succeeds in the end. */
  private static String poolOfReady(Origin origin, StoredSnapshot snapshot) {
    if (!snapshot.ready()) {
      throw Failure.aborted(
          "%s is not ready, its host is still copying the volume; try again when it is"
              .formatted(origin));
    }
    return snapshot.pool();
  }

  private static PoolState state(Agent agent, String pool, Deadline deadline) {
    return agent.describe(deadline).pools().stream()
        .filter(state -> state.name().equals(pool))
        .findFirst()
        .orElseThrow(() ->
            Failure.unavailable(
                "pool %s is not reported by its host now; try again".formatted(pool)));
  }
}
