package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of the controller's rights in {@code docs/kubernetes.md} is what the chart gives. */
final class RightsTableTest {
  private static final String HEADING = "## Rights of the controller\n";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The table calls it by the field that names it. */
  private static final String TARGET_SECRET = "target-secret";

  /** One right on one kind; a set is empty where the table's cell is. */
  private record Right(
      String scope, String group, String resource, SortedSet<String> names, SortedSet<String> verbs)
      implements Comparable<Right> {
    @Override
    public int compareTo(Right other) {
      return toString().compareTo(other.toString());
    }
  }

  @Test
  void theTableIsWhatTheChartGives() {
    assertThat(documented()).containsExactlyElementsOf(given());
  }

  private static SortedSet<Right> documented() {
    String text = Chart.file("docs/kubernetes.md");
    int from = text.indexOf(HEADING);
    assertThat(from).as(HEADING).isNotNegative();
    int to = text.indexOf("\n## ", from);
    return text.substring(from, to)
        .lines()
        .filter(line -> line.startsWith("| cluster |") || line.startsWith("| namespace "))
        .map(line -> line.split("\\|", -1))
        .flatMap(cells ->
            words(cells[3]).stream()
                .map(resource ->
                    new Right(
                        cells[1].strip(),
                        cells[2].replace("`", "").strip(),
                        resource,
                        words(cells[4]),
                        words(cells[5].replaceAll("\\(.*\\)", "")))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedSet<String> words(String cell) {
    return CODE.matcher(cell)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedSet<Right> given() {
    Rendered rendered =
        Chart.render(
            "{controller: {targetSecrets: [%s]}, snapshotter: {enabled: true}}"
                .formatted(TARGET_SECRET));
    return Stream.concat(
            rights("cluster", rendered.one(ClusterRole.class, "mooring-controller").getRules()),
            Stream.of("mooring-controller", "mooring-controller-events")
                .map(name -> rendered.one(Role.class, name))
                .flatMap(role -> rights(place(role), role.getRules())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String place(HasMetadata role) {
    return role.getMetadata().getNamespace().equals(Chart.NAMESPACE)
        ? "namespace of the controller"
        : "namespace `" + role.getMetadata().getNamespace() + "`";
  }

  private static Stream<Right> rights(String scope, List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(rule ->
            rule.getResources().stream()
                .map(resource ->
                    new Right(
                        scope,
                        rule.getApiGroups().getFirst().isEmpty()
                            ? "core"
                            : rule.getApiGroups().getFirst(),
                        resource,
                        rule.getResourceNames().stream()
                            .map(name -> name.replace(TARGET_SECRET, "spec.tlsSecretName"))
                            .collect(Collectors.toCollection(TreeSet::new)),
                        new TreeSet<>(rule.getVerbs()))));
  }
}
