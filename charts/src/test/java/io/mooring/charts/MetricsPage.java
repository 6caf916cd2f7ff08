package io.mooring.charts;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of {@code docs/metrics.md}, and metrics in other texts. */
final class MetricsPage {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(mooring_[a-z_]+)` \\| (\\w+) \\|([^|]*)\\|");

  private static final Pattern NAME = Pattern.compile("\\bmooring_[a-z_]+");

  private MetricsPage() {}

  /**
   * What there is of a metric beside its name.
   *
   * @param type as Prometheus calls it
   * @param labels in the order of their declaration
   */
  record Shape(String type, List<String> labels) {}

  /** Every metric of the page, by name. */
  static SortedMap<String, Shape> metrics() {
    return ROW.matcher(Chart.file("docs/metrics.md"))
        .results()
        .collect(
            Collectors.toMap(
                row -> row.group(1),
                row -> new Shape(row.group(2), labels(row.group(3))),
                (one, other) -> {
                  throw new AssertionError("a metric is listed twice: " + one);
                },
                TreeMap::new));
  }

  private static List<String> labels(String cell) {
    return Arrays.stream(cell.split(",", -1))
        .map(label -> label.replace("`", "").strip())
        .filter(label -> !label.isEmpty())
        .toList();
  }

  /** The metrics that a text mentions; the series of a histogram are the histogram's. */
  static List<String> mentioned(String text) {
    Matcher names = NAME.matcher(text);
    return names
        .results()
        .map(MatchResult::group)
        .map(name -> name.replaceFirst("_(bucket|count|sum)$", ""))
        .distinct()
        .sorted()
        .toList();
  }

  /** Every label of every metric. */
  static Stream<String> labels() {
    return metrics().values().stream().flatMap(shape -> shape.labels().stream());
  }
}
