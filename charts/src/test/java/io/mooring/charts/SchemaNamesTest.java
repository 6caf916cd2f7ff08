package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the pages offer can be given to the chart: where the schema lists names of its own, they are
 * those of the page.
 */
final class SchemaNamesTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static final JsonNode SCHEMA =
      JsonMapper.shared().readTree(Chart.file("charts/mooring/values.schema.json"));

  @Test
  void storageClassesTakeTheParametersOfTheirPage() {
    assertThat(names("/properties/storageClasses/items/properties/parameters/properties"))
        .containsExactlyInAnyOrderElementsOf(
            firstCells("docs/parameters.md", "## Parameters").collect(Collectors.toSet()));
  }

  @Test
  void poolsTakeTheOptionsOfTheirPage() {
    assertThat(
            names(
                "/properties/agent/properties/hosts/items/properties/pools/additionalProperties/properties"))
        .containsExactlyInAnyOrderElementsOf(
            firstCells("docs/options.md", "## mooring-agent")
                .filter(option -> option.startsWith("pool.*."))
                .map(option -> option.substring("pool.*.".length()))
                .collect(Collectors.toSet()));
  }

  private static SortedSet<String> names(String properties) {
    Set<String> names = new TreeSet<>(SCHEMA.at(properties).propertyNames());
    assertThat(names).as(properties).isNotEmpty();
    return new TreeSet<>(names);
  }

  /** The code words in the first cells of the tables below a heading. */
  private static Stream<String> firstCells(String page, String heading) {
    String text = Chart.file(page);
    int from = text.indexOf(heading + "\n");
    assertThat(from).as("%s in %s", heading, page).isNotNegative();
    int to = text.indexOf("\n## ", from);
    return text.substring(from, to)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|", -1)[1])
        .flatMap(cell -> CODE.matcher(cell).results().map(found -> found.group(1)));
  }
}
