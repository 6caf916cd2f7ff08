package io.mooring.controller.volume;

import io.mooring.controller.target.PoolState;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides where a new volume goes: to the pool with the most room; ties go by name. */
public final class Placement {
  private static final Comparator<Place> ROOMIEST =
      Comparator.comparingLong((Place place) -> place.pool().availableBytes())
          .reversed()
          .thenComparing(place -> place.target().name())
          .thenComparing(place -> place.pool().name());

  private Placement() {}

  /** A pool of a storage target. */
  public record Place(StorageTarget target, PoolState pool) {
    Spot spot() {
      return new Spot(target.name(), pool.name());
    }

    boolean isIn(String fabric) {
      return target.share().fabrics().contains(fabric);
    }

    private String describe() {
      String why =
          pool.refusal().isEmpty()
              ? pool.largestNow() + " bytes at most"
              : "takes no volume: " + pool.refusal();
      return "%s/%s (%s)".formatted(target.name(), pool.name(), why);
    }
  }

  /** The name of a place. */
  public record Spot(String target, String pool) {
    @Override
    public String toString() {
      return target + "/" + pool;
    }
  }

  /**
   * The places that the parameters allow.
   *
   * @throws Failure INVALID_ARGUMENT where no pool has the name asked for
   */
  public static List<Place> eligible(List<Place> places, Parameters parameters) {
    List<Place> eligible =
        places.stream()
            .filter(place -> parameters.allow(place.target().name(), place.pool().name()))
            .toList();
    if (!eligible.isEmpty()) {
      return eligible;
    }
    if (parameters.pool().isEmpty()) {
      throw Failure.failedPrecondition(
          "the storage targets have no pool; add one to their agents' configuration");
    }
    throw Failure.invalidArgument(
        "parameter \"pool\": there is no pool \"%s\"; there are %s"
            .formatted(
                parameters.pool(),
                places.stream()
                    .filter(place -> parameters.allowTarget(place.target().name()))
                    .map(place -> place.target().name() + "/" + place.pool().name())
                    .sorted()
                    .toList()));
  }

  /**
   * The best of these places.
   *
   * @throws Failure OUT_OF_RANGE where no pool could ever hold the size; RESOURCE_EXHAUSTED where
   *     none can now
   */
  public static Place choose(List<Place> eligible, long sizeBytes) {
    return best(eligible, sizeBytes).orElseThrow(() -> noRoom(eligible, sizeBytes));
  }

  /** The best of these places; empty where none has the room now. */
  public static Optional<Place> best(List<Place> places, long sizeBytes) {
    return places.stream()
        .filter(place -> place.pool().refusal().isEmpty() && place.pool().largestNow() >= sizeBytes)
        .min(ROOMIEST);
  }

  private static Failure noRoom(List<Place> eligible, long sizeBytes) {
    String pools =
        eligible.stream().sorted(ROOMIEST).map(Place::describe).collect(Collectors.joining(", "));
    if (eligible.stream().noneMatch(place -> place.pool().largestEver() >= sizeBytes)) {
      return Failure.outOfRange(
          "a volume of %d bytes is larger than every pool: %s; ask for less or add a larger pool"
              .formatted(sizeBytes, pools));
    }
    return Failure.resourceExhausted(
        "no pool has room for %d bytes now: %s; delete volumes or add storage"
            .formatted(sizeBytes, pools));
  }
}
