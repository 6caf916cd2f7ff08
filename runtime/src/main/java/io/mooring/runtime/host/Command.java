package io.mooring.runtime.host;

import java.util.Arrays;
import java.util.List;

/**
 * A program with its arguments; never a shell string.
 *
 * @param argv program and arguments, at least one entry; no secrets, since every user of the host
 *     can read them
 * @param input what the child reads on standard input; empty for none
 */
public record Command(List<String> argv, String input) {
  public Command {
    argv = List.copyOf(argv);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv is empty");
    }
  }

  public static Command of(String... argv) {
    return new Command(Arrays.asList(argv), "");
  }

  public static Command of(List<String> argv) {
    return new Command(argv, "");
  }

  /** The same command with something on its standard input. */
  public Command withInput(String text) {
    return new Command(argv, text);
  }

  /** The program's own name, for messages. */
  public String program() {
    String path = argv.getFirst();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return String.join(" ", argv);
  }
}
