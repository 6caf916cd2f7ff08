package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Dashboard and alerts, which speak of nothing that no process tells. */
final class DashboardTest {
  private static final String ALERTS = "charts/mooring/files/alerts.yaml";
  private static final String DASHBOARD = "charts/mooring/files/dashboard.json";

  /** Those that Prometheus adds by itself or by the chart's monitors, and a bucket's bound. */
  private static final Set<String> ADDED = Set.of("instance", "container", "pod", "node", "le");

  private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)(?:=~|!~|!=|=)\"");
  private static final Pattern SHOWN = Pattern.compile("(?:\\{\\{|\\$labels\\.)([a-z_]+)");

  private static JsonNode rule() {
    return Chart.render("monitoring: {prometheusRule: {enabled: true}, labels: {release: p}}")
        .trees()
        .stream()
        .filter(tree -> "PrometheusRule".equals(tree.get("kind")))
        .map(tree -> JsonMapper.shared().<JsonNode>valueToTree(tree))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> alerts() {
    List<JsonNode> alerts = new ArrayList<>();
    rule().path("spec").path("groups").forEach(group -> group.path("rules").forEach(alerts::add));
    return alerts;
  }

  private static JsonNode dashboard() {
    return JsonMapper.shared().readTree(Chart.file(DASHBOARD));
  }

  private static List<JsonNode> targets() {
    List<JsonNode> targets = new ArrayList<>();
    dashboard().path("panels").forEach(panel -> panel.path("targets").forEach(targets::add));
    return targets;
  }

  private static Set<String> labels(String text) {
    Stream<String> grouped =
        GROUPING
            .matcher(text)
            .results()
            .flatMap(group -> Stream.of(group.group(1).split(", *", -1)));
    Stream<String> others =
        Stream.of(SELECTOR, SHOWN)
            .map(pattern -> pattern.matcher(text))
            .flatMap(Matcher::results)
            .map(found -> found.group(1));
    return Stream.concat(grouped, others).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void bothAreThereOnlyWhereTheyAreAskedFor() {
    assertThat(Chart.render("{}").names())
        .noneMatch(name -> name.startsWith("PrometheusRule") || name.contains("dashboard"));
    assertThat(
            Chart.render(
                    "monitoring: {prometheusRule: {enabled: true}, dashboard: {enabled: true}}")
                .names())
        .contains("PrometheusRule/mooring", "ConfigMap/mooring-dashboard");
  }

  @Test
  void grafanasSidecarFindsTheDashboard() {
    ConfigMap map =
        Chart.render("monitoring: {dashboard: {enabled: true, annotations: {folder: Storage}}}")
            .one(ConfigMap.class, "mooring-dashboard");

    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(map.getMetadata().getAnnotations()).containsEntry("folder", "Storage");
    assertThat(JsonMapper.shared().readTree(map.getData().get("mooring.json")))
        .isEqualTo(dashboard());
  }

  @Test
  void prometheusFindsTheRulesByTheLabelsOfTheMonitors() {
    assertThat(rule().path("metadata").path("labels").path("release").asString()).isEqualTo("p");
  }

  @Test
  void everyAlertHasASeverityAndWordsForPeople() {
    assertThat(alerts())
        .hasSizeGreaterThan(10)
        .allSatisfy(alert -> {
          assertThat(alert.path("alert").asString()).startsWith("Mooring");
          assertThat(alert.path("labels").path("severity").asString()).isIn("warning", "critical");
          assertThat(alert.path("annotations").path("summary").asString()).isNotEmpty();
          assertThat(alert.path("annotations").path("description").asString()).isNotEmpty();
        });
  }

  @Test
  void alertsSpeakOfMetricsThatThereAre() {
    assertThat(MetricsPage.metrics().keySet())
        .containsAll(MetricsPage.mentioned(Chart.file(ALERTS)));
  }

  @Test
  void theDashboardShowsMetricsThatThereAre() {
    assertThat(targets()).hasSizeGreaterThan(20);
    assertThat(MetricsPage.metrics().keySet())
        .containsAll(MetricsPage.mentioned(Chart.file(DASHBOARD)));
  }

  @Test
  void bothKnowLabelsThatThereAre() {
    Set<String> known = MetricsPage.labels().collect(Collectors.toCollection(TreeSet::new));
    known.addAll(ADDED);

    assertThat(alerts())
        .allSatisfy(alert -> {
          assertThat(known).containsAll(labels(alert.path("expr").asString()));
          assertThat(known).containsAll(labels(alert.path("annotations").toString()));
        });
    assertThat(targets())
        .allSatisfy(target -> {
          assertThat(known).containsAll(labels(target.path("expr").asString()));
          assertThat(known).containsAll(labels(target.path("legendFormat").asString()));
        });
  }

  @Test
  void noTwoPanelsLieOnEachOther() {
    Set<String> cells = new TreeSet<>();
    for (JsonNode panel : dashboard().path("panels")) {
      JsonNode at = panel.path("gridPos");
      for (int y = 0; y < at.path("h").asInt(); y++) {
        for (int x = 0; x < at.path("w").asInt(); x++) {
          assertThat(cells.add((at.path("x").asInt() + x) + ":" + (at.path("y").asInt() + y)))
              .as("%s lies on another panel", panel.path("title"))
              .isTrue();
        }
      }
    }
  }
}
