package io.mooring.runtime.config;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts as values of a type; empty for a text that is none. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms",
          ChronoUnit.MILLIS,
          "s",
          ChronoUnit.SECONDS,
          "m",
          ChronoUnit.MINUTES,
          "h",
          ChronoUnit.HOURS);
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[([0-9a-fA-F:.%a-z0-9]+)]|[^:\\[\\]]+):([0-9]{1,5})");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,15})?");

  private Values() {}

  static Optional<Long> number(String text, long min, long max) {
    if (!text.matches("-?[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(Long.valueOf(text)).filter(value -> value >= min && value <= max);
  }

  static Optional<Double> decimal(String text, double min, double max) {
    if (!DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    return Optional.of(Double.valueOf(text)).filter(value -> value >= min && value <= max);
  }

  static Optional<Boolean> flag(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(UNITS.get(matcher.group(2)))
        .map(unit -> Duration.of(Long.parseLong(matcher.group(1)), unit));
  }

  static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  static Optional<InetSocketAddress> address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
      return Optional.empty();
    }
    String host = matcher.group(2) == null ? matcher.group(1) : matcher.group(2);
    return Optional.of(new InetSocketAddress(host, Integer.parseInt(matcher.group(3))));
  }

  static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }
}
