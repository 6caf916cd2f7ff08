package io.mooring.controller.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.controller.testing.TestTargets;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetTest {
  private final TestTargets targets = new TestTargets();
  private final RecordedAgents agents = new RecordedAgents();
  private final Fleet fleet = new Fleet(targets, agents);

  /** Remembers what it was told to keep; has no agent to give. */
  private static final class RecordedAgents implements Agents {
    private final List<List<String>> kept = new ArrayList<>();

    @Override
    public Agent of(StorageTarget target) {
      throw new AssertionError("no agent is asked for here");
    }

    @Override
    public void keepOnly(Collection<StorageTarget> targets) {
      kept.add(targets.stream().map(StorageTarget::name).toList());
    }
  }

  @BeforeEach
  void addTargets() {
    targets.add(new StorageTarget("san-a", "a:1", "san-a"));
    targets.add(new StorageTarget("san-b", "b:1", "san-b"));
  }

  @Test
  void answersComeInTheOrderOfTheQuestion() {
    List<Answer<String>> answers = fleet.ask(fleet.targets().values(), StorageTarget::name);

    assertThat(Answer.allOf(answers)).containsExactly("san-a", "san-b");
  }

  @Test
  void oneFailureLeavesTheOtherAnswers() {
    List<Answer<String>> answers =
        fleet.ask(
            fleet.targets().values(),
            target -> {
              if (target.name().equals("san-a")) {
                throw Failure.unavailable("san-a is away");
              }
              return target.name();
            });

    assertThat(answers.get(1).orThrow()).isEqualTo("san-b");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Answer.allOf(answers))
        .withMessage("san-a is away");
  }

  @Test
  void aMistakeOfOursIsNotTakenForAnAnswer() {
    List<Answer<String>> answers =
        fleet.ask(
            fleet.targets().values(),
            _ -> {
              throw new IllegalStateException("bug");
            });

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Answer.allOf(answers))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
        .withMessageContaining("san-a");
  }

  @Test
  void connectionsAreSortedOutWhenTheTargetsChangeAndOnlyThen() {
    var _ = fleet.targets();
    var _ = fleet.targets();
    targets.remove("san-a");
    var _ = fleet.targets();

    assertThat(agents.kept).containsExactly(List.of("san-a", "san-b"), List.of("san-b"));
  }
}
