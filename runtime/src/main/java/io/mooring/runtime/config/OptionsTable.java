package io.mooring.runtime.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Options as text for people. */
public final class OptionsTable {
  private OptionsTable() {}

  /**
   * A Markdown table, one row per option in the order of keys. docs/options.md holds one per
   * process, and a test of each process compares.
   */
  public static String markdown(List<Option> options) {
    return sorted(options).stream()
        .map(option ->
            "| `%s` | %s | %s |\n"
                .formatted(
                    option.key(), shownDefault(option), option.description().replace("|", "\\|")))
        .collect(Collectors.joining("", "| option | default | meaning |\n|---|---|---|\n", ""));
  }

  /** What {@code --help} prints: usage and one block per option. */
  public static String help(String program, List<Option> options) {
    String usage =
        """
        Usage: %s [--config FILE] [--key value]...

        Each option can be given as --key value, as an environment variable (MOORING_KEY with _ for
        - and .), or as a line "key = value" in FILE; the first of these that is given counts.
        Options with * (any name) only on the command line and in FILE.

          --help
              Print this and exit.
          --version
              Print the version and exit.
        """
            .formatted(program);
    return sorted(options).stream()
        .map(option ->
            "  --%s\n      %s%s\n"
                .formatted(
                    option.key(),
                    option.description(),
                    option.defaultValue() == null || option.defaultValue().isEmpty()
                        ? ""
                        : " Default: " + option.defaultValue()))
        .collect(Collectors.joining("", usage, ""));
  }

  private static List<Option> sorted(List<Option> options) {
    return options.stream().sorted(Comparator.comparing(Option::key)).toList();
  }

  private static String shownDefault(Option option) {
    String value = option.defaultValue();
    return value == null || value.isEmpty() ? "" : "`" + value + "`";
  }
}
