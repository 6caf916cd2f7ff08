package io.mooring.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScriptedCommandsTest {
  private final ScriptedCommands commands = new ScriptedCommands();
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));

  @Test
  void theNewestMatchingRuleAnswers() {
    commands.on("lvs").prints("all").on("lvs", "--version").fails(5, "no");

    assertThat(commands.run(Command.of("lvs", "-a"), deadline).stdout()).isEqualTo("all");
    assertThat(commands.run(Command.of("lvs", "--version"), deadline))
        .isEqualTo(new CommandResult(5, "", "no"));
    assertThat(commands.ran("lvs")).hasSize(2);
    assertThat(commands.unused()).isEmpty();
  }

  @Test
  void anUnexpectedCommandFailsTheTestAndNamesIt() {
    commands.onExactly("lvs").prints("");

    assertThatThrownBy(() -> commands.run(Command.of("lvs", "-a"), deadline))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("unexpected command: lvs -a");
    assertThat(commands.unused()).containsExactly("lvs");
  }

  @Test
  void aRuleCanFailAsTheRunnerWould() {
    commands.on("dd").throwsFailure(Failure.deadlineExceeded("dd was killed"));

    assertThatThrownBy(() -> commands.run(Command.of("dd"), deadline)).hasMessage("dd was killed");
  }
}
