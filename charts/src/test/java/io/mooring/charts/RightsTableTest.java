package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of rights in {@code docs/kubernetes.md} are what the chart gives. */
final class RightsTableTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The table calls it by the field that names it. */
  private static final String TARGET_SECRET = "target-secret";

  private static final Rendered RENDERED =
      Chart.render(
          "{controller: {targetSecrets: [%s]}, snapshotter: {enabled: true, groupSnapshots: true}, snapshotMetadata: {enabled: true}}"
              .formatted(TARGET_SECRET));

  /**
   * One right on one kind; a set is empty where the table's cell is.
   *
   * @param owner whose it is or where it holds: the table's first cell
   */
  private record Right(
      String owner, String group, String resource, SortedSet<String> names, SortedSet<String> verbs)
      implements Comparable<Right> {
    @Override
    public int compareTo(Right other) {
      return toString().compareTo(other.toString());
    }
  }

  @Test
  void theControllersTableIsWhatTheChartGives() {
    Set<Right> given =
        Stream.concat(
                rights("cluster", RENDERED.one(ClusterRole.class, "mooring-controller").getRules()),
                Stream.of("mooring-controller", "mooring-controller-events")
                    .map(name -> RENDERED.one(Role.class, name))
                    .flatMap(role -> rights(place(role), role.getRules())))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented("## Rights of the controller\n")).containsExactlyElementsOf(given);
  }

  @Test
  void theSidecarsTableIsWhatTheChartGives() {
    Set<Right> given =
        Stream.concat(
                RENDERED.all(ClusterRole.class).stream()
                    .filter(role -> isSidecars(role))
                    .flatMap(role -> rights(sidecar(role), role.getRules())),
                RENDERED.all(Role.class).stream()
                    .filter(role -> isSidecars(role))
                    .flatMap(role -> rights(sidecar(role) + ", namespace", role.getRules())))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented("## Rights of the sidecars\n")).containsExactlyElementsOf(given);
  }

  private static SortedSet<Right> documented(String heading) {
    String text = Chart.file("docs/kubernetes.md");
    int from = text.indexOf(heading);
    assertThat(from).as(heading).isNotNegative();
    int to = text.indexOf("\n## ", from);
    return text.substring(from, to)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.contains("| API group |"))
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

  private static boolean isSidecars(HasMetadata role) {
    return !role.getMetadata().getName().startsWith("mooring-controller");
  }

  private static String sidecar(HasMetadata role) {
    return role.getMetadata().getName().substring("mooring-".length());
  }

  private static SortedSet<String> words(String cell) {
    return CODE.matcher(cell)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String place(HasMetadata role) {
    return role.getMetadata().getNamespace().equals(Chart.NAMESPACE)
        ? "namespace of the controller"
        : "namespace `" + role.getMetadata().getNamespace() + "`";
  }

  private static Stream<Right> rights(String owner, List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(rule ->
            rule.getResources().stream()
                .map(resource ->
                    new Right(
                        owner,
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
