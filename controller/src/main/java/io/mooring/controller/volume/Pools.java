package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.TargetState;
import io.mooring.controller.volume.Placement.Place;
import io.mooring.controller.volume.Placement.Spot;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The pools as their hosts report them now: where a volume can go, and how much room there is. */
final class Pools {
  // A host that is frozen must not use up the time of a call that can do without it.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Fleet fleet;
  private final Origins origins;
  private final boolean allMustAnswer;

  /**
   * @param allMustAnswer whether a silent target fails the question, rather than its pools not
   *     being counted
   */
  Pools(Fleet fleet, boolean allMustAnswer) {
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.origins = new Origins(fleet);
    this.allMustAnswer = allMustAnswer;
  }

  /** What answered, and the first one that did not. */
  private record Survey(List<Place> places, Optional<Failure> silent) {}

  /**
   * The best place for a volume: on the first preferred fabric that has room, else on any. A copy
   * has only one, see {@link Origins#place}.
   *
   * @param tried places that have refused the volume
   * @throws Failure INVALID_ARGUMENT for an unknown pool or target; OUT_OF_RANGE or
   *     RESOURCE_EXHAUSTED without room; UNAVAILABLE when a silent target might have it
   */
  Place choose(VolumeRequest request, SizeRange size, Set<Spot> tried, Deadline deadline) {
    if (request.origin().isPresent()) {
      return origins.place(request, request.origin().get(), deadline);
    }
    List<StorageTarget> targets = reached(request.parameters(), request.fabrics());
    if (targets.isEmpty()) {
      throw Failure.resourceExhausted(
          "no storage target that the parameters allow serves one of the fabrics %s; add the fabric to a target, or change the nodes' fabric"
              .formatted(request.fabrics().required()));
    }
    Survey survey = survey(targets, deadline);
    try {
      return choose(request, size, tried, survey);
    } catch (Failure e) {
      throw survey.silent().map(silent -> notKnown(e, silent)).orElse(e);
    }
  }

  private static Place choose(
      VolumeRequest request, SizeRange size, Set<Spot> tried, Survey survey) {
    List<Place> eligible =
        Placement.eligible(survey.places(), request.parameters()).stream()
            .filter(place -> !tried.contains(place.spot()))
            .toList();
    if (eligible.isEmpty()) {
      throw Failure.resourceExhausted(
          "volume \"%s\" was refused by every pool that may have it: %s; delete volumes or add storage"
              .formatted(request.name(), tried));
    }
    for (String fabric : request.fabrics().preferred()) {
      Optional<Place> best =
          Placement.best(
              eligible.stream().filter(place -> place.isIn(fabric)).toList(), size.requiredBytes());
      if (best.isPresent()) {
        return best.get();
      }
    }
    return Placement.choose(eligible, size.requiredBytes());
  }

  private static List<Place> eligible(Survey survey, Parameters parameters) {
    try {
      return Placement.eligible(survey.places(), parameters);
    } catch (Failure e) {
      throw survey.silent().map(silent -> notKnown(e, silent)).orElse(e);
    }
  }

  private static Failure notKnown(Failure among, Failure silent) {
    return new Failure(
        Kind.UNAVAILABLE,
        "%s; not counted, because it does not answer: %s"
            .formatted(among.sentence(), silent.sentence()),
        among);
  }

  private List<StorageTarget> reached(Parameters parameters, Fabrics fabrics) {
    Collection<StorageTarget> eligible = parameters.eligible(fleet.targets());
    if (eligible.isEmpty()) {
      throw Failure.failedPrecondition(
          "no storage target is configured; add one, in Kubernetes a StorageTarget");
    }
    return eligible.stream().filter(fabrics::admit).toList();
  }

  private Survey survey(List<StorageTarget> targets, Deadline deadline) {
    Deadline patience = allMustAnswer ? deadline : deadline.atMost(PATIENCE);
    List<Answer<TargetState>> answers =
        fleet.ask(targets, target -> fleet.agent(target).describe(patience));
    List<Place> places = new ArrayList<>();
    Optional<Failure> silent = Optional.empty();
    boolean answered = false;
    for (Answer<TargetState> answer : answers) {
      switch (answer) {
        case Answer.Given<TargetState>(StorageTarget target, TargetState state) -> {
          answered = true;
          state.pools().stream()
              .filter(pool -> target.share().usesPool(pool.name()))
              .map(pool -> new Place(target, pool))
              .forEach(places::add);
        }
        case Answer.Failed<TargetState>(_, Failure failure) ->
            silent = silent.isPresent() ? silent : Optional.of(failure);
      }
    }
    if (silent.isPresent() && (allMustAnswer || !answered)) {
      throw silent.get();
    }
    return new Survey(places, silent);
  }

  /**
   * What could be provisioned now.
   *
   * @param capabilities may be empty; a use that is not offered has no capacity
   */
  Room room(
      List<Capability> capabilities, Parameters parameters, Fabrics fabrics, Deadline deadline) {
    List<StorageTarget> targets = reached(parameters, fabrics);
    if (targets.isEmpty()) {
      return Room.NONE;
    }
    Survey survey = survey(targets, deadline);
    List<Place> places = survey.places();
    boolean elsewhereOnly =
        !fabrics.required().isEmpty()
            && places.stream().noneMatch(p -> parameters.allow(p.target().name(), p.pool().name()));
    if (elsewhereOnly) {
      return Room.NONE; // another fabric may well have the pool
    }
    List<Place> eligible = eligible(survey, parameters);
    if (capabilities.stream().anyMatch(capability -> capability.objection().isPresent())) {
      return Room.NONE;
    }
    Room room = Room.of(eligible);
    return room.largestVolume() < Capability.minimumBytes(capabilities) ? Room.NONE : room;
  }
}
