package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.charts.MetricsPage.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} lists what the processes register, no less and no more. */
final class MetricsPageTest {
  private static final Pattern DECLARATION =
      Pattern.compile("\\.(durations|count|levels?)\\(\\s*\"(mooring_[a-z_]+)\"([^;]*);");

  /** Of the literals of a declaration only labels have no space. */
  private static final Pattern LABEL = Pattern.compile("\"([a-z_]+)\"");

  private static SortedMap<String, Shape> declared() {
    SortedMap<String, Shape> all = new TreeMap<>();
    Stream.of("runtime", "controller", "node-plugin", "target-agent")
        .map(module -> Chart.ROOT.resolve(module).resolve("src/main/java"))
        .flatMap(MetricsPageTest::sources)
        .flatMap(source -> DECLARATION.matcher(read(source)).results())
        .forEach(found -> all.put(name(found), shape(found)));
    return all;
  }

  private static String name(MatchResult found) {
    return found.group(2) + (found.group(1).equals("count") ? "_total" : "");
  }

  private static Shape shape(MatchResult found) {
    String type =
        switch (found.group(1)) {
          case "durations" -> "histogram";
          case "count" -> "counter";
          default -> "gauge";
        };
    Matcher labels = LABEL.matcher(found.group(3));
    return new Shape(type, labels.results().map(label -> label.group(1)).toList());
  }

  private static Stream<Path> sources(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyMetricIsListedWithItsTypeAndItsLabels() {
    assertThat(MetricsPage.metrics()).hasSizeGreaterThan(20).isEqualTo(declared());
  }

  @Test
  void otherPagesMentionNoOthers() {
    for (String page :
        List.of(
            "docs/node.md",
            "docs/target.md",
            "docs/operations.md",
            "docs/features/path-guard.md")) {
      assertThat(MetricsPage.metrics().keySet())
          .as("metrics that %s mentions", page)
          .containsAll(MetricsPage.mentioned(Chart.file(page)));
    }
  }
}
