package io.mooring.runtime.config;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys that a process knows. */
final class Keys {
  /** What a {@code *} may stand for. */
  static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_-]*";

  private final List<Option> options;

  Keys(List<Option> options) {
    this.options = List.copyOf(options);
    Set<String> seen = new HashSet<>();
    for (Option option : options) {
      if (!seen.add(option.key())) {
        throw new IllegalArgumentException("two options with the key " + option.key());
      }
    }
  }

  List<Option> options() {
    return options;
  }

  /** The option that a concrete key belongs to. */
  Optional<Option> find(String key) {
    return options.stream().filter(option -> name(option.key(), key).isPresent()).findFirst();
  }

  /** The option with that environment variable; families have none. */
  Optional<Option> ofVariable(String variable) {
    return options.stream()
        .filter(option -> !option.family() && option.variable().equals(variable))
        .findFirst();
  }

  /**
   * What the {@code *} of the pattern stands for in the key; the empty text for a pattern without
   * one; empty when the key does not fit.
   */
  static Optional<String> name(String pattern, String key) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(key) ? Optional.of("") : Optional.empty();
    }
    Matcher matcher =
        Pattern.compile(
                Pattern.quote(pattern.substring(0, star))
                    + "("
                    + NAME
                    + ")"
                    + Pattern.quote(pattern.substring(star + 1)))
            .matcher(key);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Says that the key is not known, and which one may have been meant. */
  Failure unknown(String key, String source) {
    String closest =
        options.stream()
            .map(Option::key)
            .min(Comparator.comparingInt(known -> distance(known, key)))
            .map(known -> "; did you mean " + known + "?")
            .orElse("; there are no options");
    return Failure.invalidArgument("unknown option " + key + " (" + source + ")" + closest);
  }

  /** Failure for an environment variable that no option has. */
  Failure unknownVariable(String variable) {
    String closest =
        options.stream()
            .filter(option -> !option.family())
            .map(Option::variable)
            .min(Comparator.comparingInt(known -> distance(known, variable)))
            .map(known -> "; did you mean " + known + "?")
            .orElse("; unset it");
    return Failure.invalidArgument("unknown option " + variable + " (environment)" + closest);
  }

  /** How many letters must be put in, left out or exchanged to get from one text to the other. */
  private static int distance(String from, String to) {
    List<Integer> row = new ArrayList<>();
    for (int j = 0; j <= to.length(); j++) {
      row.add(j);
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row.getFirst();
      row.set(0, i);
      for (int j = 1; j <= to.length(); j++) {
        int exchanged = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row.get(j);
        row.set(j, Math.min(exchanged, 1 + Math.min(row.get(j - 1), diagonal)));
      }
    }
    return row.getLast();
  }
}
