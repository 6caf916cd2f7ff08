package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Whether a snapshot, or a group of them, has its name already on another storage target. CSI wants
 * one name to be one snapshot; each target sees to that for itself alone.
 *
 * <p>Only targets that answer quickly count, so that a host that is away keeps nobody from making
 * snapshots of the others. That leaves open: while the target that has the name is away, or is too
 * old for the question, a second snapshot of that name can be made of a volume of another target.
 * The names that Kubernetes gives are random.
 */
final class NameElsewhere {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Fleet fleet;

  NameElsewhere(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /**
   * To be asked before the target makes something of that name. Where it has the name itself, what
   * others have does not matter: a call that is repeated must find what it made.
   *
   * @param label of what is asked for, with its name
   * @param question what an agent has of that name
   * @throws Failure ALREADY_EXISTS when another target has the name and this one has not
   */
  <T> void requireFree(
      StorageTarget own,
      String label,
      BiFunction<Agent, Deadline, Optional<T>> question,
      Deadline deadline) {
    if (fleet.targets().size() < 2) {
      return;
    }
    Deadline quick = deadline.atMost(PATIENCE);
    List<Answer<Boolean>> answers =
        fleet.ask(
            fleet.targets().values(),
            target -> question.apply(fleet.agent(target), quick).isPresent());
    boolean ownHasNone =
        answers.stream()
            .filter(answer -> answer.target().name().equals(own.name()))
            .anyMatch(answer -> said(answer, false));
    if (ownHasNone) {
      answers.stream()
          .filter(answer -> said(answer, true))
          .findFirst()
          .ifPresent(taken -> {
            throw Failure.alreadyExists(
                "%s exists on storage target %s and is not of what is asked for, which is on %s; use another name"
                    .formatted(label, taken.target().name(), own.name()));
          });
    }
  }

  private static boolean said(Answer<Boolean> answer, boolean has) {
    return answer instanceof Answer.Given<Boolean>(_, Boolean given) && given == has;
  }
}
