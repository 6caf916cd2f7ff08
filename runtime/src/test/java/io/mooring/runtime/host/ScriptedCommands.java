package io.mooring.runtime.host;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The programs of a host, played from a script: each command is answered by the newest rule that
 * matches its argv. A command that no rule matches fails the test. Thread-safe.
 */
public final class ScriptedCommands implements CommandRunner {
  private final CopyOnWriteArrayList<Rule> rules = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<Command> ran = new CopyOnWriteArrayList<>();

  private record Rule(
      String description,
      Predicate<List<String>> matcher,
      Function<Command, CommandResult> answer,
      AtomicInteger uses) {}

  /** One rule in the making; the last call of it decides the answer. */
  public final class When {
    private final String description;
    private final Predicate<List<String>> matcher;

    private When(String description, Predicate<List<String>> matcher) {
      this.description = description;
      this.matcher = matcher;
    }

    /** Exit code 0 with this on standard output. */
    public ScriptedCommands prints(String stdout) {
      return exits(0, stdout, "");
    }

    /** Exit code 0 and no output. */
    public ScriptedCommands succeeds() {
      return prints("");
    }

    /** That exit code with this on standard error. */
    public ScriptedCommands fails(int exitCode, String stderr) {
      return exits(exitCode, "", stderr);
    }

    public ScriptedCommands exits(int exitCode, String stdout, String stderr) {
      return does(command -> new CommandResult(exitCode, stdout, stderr));
    }

    /** The runner itself fails, as it does at a deadline or for a missing program. */
    public ScriptedCommands throwsFailure(Failure failure) {
      return does(command -> {
        throw failure;
      });
    }

    /** Computes the answer, and may change the test's world as the program would. */
    public ScriptedCommands does(Function<Command, CommandResult> answer) {
      rules.addFirst(new Rule(description, matcher, answer, new AtomicInteger()));
      return ScriptedCommands.this;
    }
  }

  /** Commands whose argv begins with these words. */
  public When on(String... firstWords) {
    List<String> expected = List.of(firstWords);
    return on(
        String.join(" ", expected) + " ...",
        argv ->
            argv.size() >= expected.size() && argv.subList(0, expected.size()).equals(expected));
  }

  /** Commands with exactly this argv. */
  public When onExactly(String... words) {
    List<String> expected = List.of(words);
    return on(String.join(" ", expected), expected::equals);
  }

  /** Commands that the matcher takes. */
  public When on(String description, Predicate<List<String>> matcher) {
    return new When(description, matcher);
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    ran.add(command);
    for (Rule rule : rules) {
      if (rule.matcher().test(command.argv())) {
        rule.uses().incrementAndGet();
        return rule.answer().apply(command);
      }
    }
    throw new AssertionError(
        "unexpected command: "
            + command
            + "\nthe script has:\n"
            + rules.stream().map(Rule::description).collect(Collectors.joining("\n")));
  }

  /** All commands so far, in order. */
  public List<Command> ran() {
    return List.copyOf(ran);
  }

  /** All commands so far whose program has this name, in order. */
  public List<Command> ran(String program) {
    return ran.stream().filter(command -> command.program().equals(program)).toList();
  }

  /** Rules that were never used. */
  public List<String> unused() {
    List<String> unused = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.uses().get() == 0) {
        unused.add(rule.description());
      }
    }
    return unused;
  }

  /** Forgets what ran, not the rules. */
  public void forget() {
    ran.clear();
  }
}
