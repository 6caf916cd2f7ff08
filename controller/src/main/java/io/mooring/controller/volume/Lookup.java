package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out whether a volume of some name exists already. */
final class Lookup {
  // A host that is frozen must not use up the time of a call that can do without it.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Fleet fleet;

  Lookup(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /** A volume, and where it is. */
  record Found(StorageTarget target, StoredVolume volume) {}

  /**
   * The one volume of that name. A retry after a crash must not make a second one elsewhere, so
   * every target is asked, whatever the request allows; "there is none" is said only when all of
   * them have said so. Where it is found, a target that does not answer does no harm.
   *
   * @throws Failure UNAVAILABLE, ABORTED or DEADLINE_EXCEEDED when it is not found and a target did
   *     not answer; FAILED_PRECONDITION when two targets have the name, or one is not who it should
   *     be
   */
  Optional<Found> everywhere(String name, Deadline deadline) {
    List<Answer<Optional<StoredVolume>>> answers = ask(name, deadline);
    Optional<Found> found = among(name, answers);
    if (found.isEmpty()) {
      answers.forEach(answer -> requireAnswer(name, answer));
    }
    return found;
  }

  /**
   * The one volume of that name on the targets that answer.
   *
   * @throws Failure ABORTED when one of them is at work on that name; FAILED_PRECONDITION when two
   *     of them have it
   */
  Optional<Found> whereAnswered(String name, Deadline deadline) {
    List<Answer<Optional<StoredVolume>>> answers = ask(name, deadline.atMost(PATIENCE));
    Optional<Found> found = among(name, answers);
    if (found.isEmpty()) {
      for (Answer<Optional<StoredVolume>> answer : answers) {
        if (answer instanceof Answer.Failed<Optional<StoredVolume>>(_, Failure failure)
            && failure.kind() == Kind.ABORTED) {
          throw failure;
        }
      }
    }
    return found;
  }

  /**
   * The volume of that name on that target.
   *
   * @throws Failure as {@link #everywhere}
   */
  Optional<StoredVolume> on(StorageTarget target, String name, Deadline deadline) {
    try {
      return fleet.agent(target).withName(name, deadline);
    } catch (Failure e) {
      throw notKnown(name, e);
    }
  }

  private List<Answer<Optional<StoredVolume>>> ask(String name, Deadline deadline) {
    return fleet.ask(
        fleet.targets().values(), target -> fleet.agent(target).withName(name, deadline));
  }

  private static Optional<Found> among(String name, List<Answer<Optional<StoredVolume>>> answers) {
    List<Found> found = new ArrayList<>();
    for (Answer<Optional<StoredVolume>> answer : answers) {
      if (answer instanceof Answer.Given<Optional<StoredVolume>> given) {
        given.value().ifPresent(volume -> found.add(new Found(given.target(), volume)));
      }
    }
    if (found.size() > 1) {
      throw Failure.failedPrecondition(
          "volume \"%s\" exists on several storage targets: %s; find out which one is used and delete the others on their hosts"
              .formatted(
                  name,
                  found.stream().map(f -> f.target().name() + "/" + f.volume().serial()).toList()));
    }
    return found.stream().findFirst();
  }

  private static void requireAnswer(String name, Answer<Optional<StoredVolume>> answer) {
    if (answer instanceof Answer.Failed<Optional<StoredVolume>>(_, Failure failure)) {
      throw notKnown(name, failure);
    }
  }

  /**
   * A caller takes most codes as "nothing was made" and may drop the volume; that must not be said
   * while nobody knows.
   */
  private static Failure notKnown(String name, Failure failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED, FAILED_PRECONDITION -> failure;
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          PERMISSION_DENIED ->
          new Failure(
              Kind.UNAVAILABLE,
              "it is not known whether volume \"%s\" exists already: %s"
                  .formatted(name, failure.sentence()),
              failure);
    };
  }
}
