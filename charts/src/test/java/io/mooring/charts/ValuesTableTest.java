package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of values in {@code docs/helm.md} is made from the comments of {@code values.yaml}. */
final class ValuesTableTest {
  private static final String BEGIN = "<!-- values: made by `make manifests` -->\n";
  private static final String END = "<!-- end of values -->\n";

  private static final Generated FILE = new Generated("docs/helm.md");

  private static final List<ValuesFile.Value> VALUES =
      ValuesFile.parse(Chart.file("charts/mooring/values.yaml"));

  @Test
  void everyValueHasAComment() {
    assertThat(VALUES).hasSizeGreaterThan(100).allMatch(value -> !value.comment().isEmpty());
  }

  @Test
  void theTableIsThatOfTheComments() {
    String text = Chart.file(FILE.name());
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end)
        .as("the marks around the table in %s", FILE.name())
        .isGreaterThanOrEqualTo(begin);

    FILE.mustBe(text.substring(0, begin) + table() + text.substring(end));
  }

  private static String table() {
    return VALUES.stream()
        .map(value ->
            "| `%s` | %s | %s |\n"
                .formatted(value.path(), value.shown(), value.comment().replace("|", "\\|")))
        .collect(Collectors.joining("", "\n| value | default | meaning |\n|---|---|---|\n", "\n"));
  }
}
