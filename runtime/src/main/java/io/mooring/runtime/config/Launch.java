package io.mooring.runtime.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The two arguments that ask for a text instead of a start. */
public final class Launch {
  private Launch() {}

  /**
   * What to print before exiting with code 0; empty when the process shall start.
   *
   * @param program the process's name, such as {@code mooring-agent}
   */
  public static Optional<String> textInsteadOfStart(
      String program, String version, List<Option> options, String[] args) {
    List<String> given = Arrays.asList(args);
    if (given.contains("--help") || given.contains("-h")) {
      return Optional.of(OptionsTable.help(program, options));
    }
    if (given.contains("--version")) {
      return Optional.of(program + " " + version + "\n");
    }
    return Optional.empty();
  }
}
