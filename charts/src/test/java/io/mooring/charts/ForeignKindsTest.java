package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Kinds of other projects, whose types are not on this class path: an API server drops a field that
 * they do not have, or refuses it. So each field that the chart may write is listed here, as its
 * project's definition spells it.
 */
final class ForeignKindsTest {
  private static final String EVERYTHING =
      """
      tls: {mode: cert-manager, agents: [san9]}
      snapshotter: {enabled: true, groupSnapshots: true}
      volumeSnapshotClass: {default: true}
      snapshotMetadata: {enabled: true, caCert: "-----BEGIN CERTIFICATE-----"}
      monitoring:
        labels: {release: prometheus}
        serviceMonitor: {enabled: true}
        podMonitor: {enabled: true}
        prometheusRule: {enabled: true}
      """
          + Samples.AGENTS;

  private static final String SELECTOR = "spec/selector/matchLabels/*";

  /** Paths of fields; {@code []} is any entry of a list, {@code *} any key. */
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "monitoring.coreos.com/v1 ServiceMonitor",
          List.of(
              SELECTOR,
              "spec/endpoints/[]/port",
              "spec/endpoints/[]/interval",
              "spec/endpoints/[]/honorLabels"),
          "monitoring.coreos.com/v1 PodMonitor",
          List.of(
              SELECTOR,
              "spec/podMetricsEndpoints/[]/port",
              "spec/podMetricsEndpoints/[]/interval",
              "spec/podMetricsEndpoints/[]/honorLabels",
              "spec/podMetricsEndpoints/[]/relabelings/[]/sourceLabels/[]",
              "spec/podMetricsEndpoints/[]/relabelings/[]/targetLabel"),
          "monitoring.coreos.com/v1 PrometheusRule",
          List.of(
              "spec/groups/[]/name",
              "spec/groups/[]/rules/[]/alert",
              "spec/groups/[]/rules/[]/expr",
              "spec/groups/[]/rules/[]/for",
              "spec/groups/[]/rules/[]/labels/*",
              "spec/groups/[]/rules/[]/annotations/*"),
          "snapshot.storage.k8s.io/v1 VolumeSnapshotClass",
          List.of("driver", "deletionPolicy"),
          "groupsnapshot.storage.k8s.io/v1beta2 VolumeGroupSnapshotClass",
          List.of("driver", "deletionPolicy"),
          "cbt.storage.k8s.io/v1beta1 SnapshotMetadataService",
          List.of("spec/address", "spec/audience", "spec/caCert"),
          "cert-manager.io/v1 Issuer",
          List.of("spec/selfSigned", "spec/ca/secretName"),
          "cert-manager.io/v1 Certificate",
          List.of(
              "spec/isCA",
              "spec/commonName",
              "spec/dnsNames/[]",
              "spec/ipAddresses/[]",
              "spec/secretName",
              "spec/duration",
              "spec/renewBefore",
              "spec/usages/[]",
              "spec/privateKey/algorithm",
              "spec/privateKey/size",
              "spec/privateKey/encoding",
              "spec/privateKey/rotationPolicy",
              "spec/issuerRef/name",
              "spec/issuerRef/kind",
              "spec/issuerRef/group"));

  private static final List<String> OF_EVERY_KIND =
      List.of(
          "apiVersion",
          "kind",
          "metadata/name",
          "metadata/namespace",
          "metadata/labels/*",
          "metadata/annotations/*");

  @Test
  void theirObjectsHaveOnlyFieldsThatTheyKnow() {
    List<Map<String, Object>> foreign =
        Chart.render(EVERYTHING).trees().stream()
            .filter(tree -> Models.typed(tree).isEmpty())
            .toList();

    assertThat(foreign.stream().map(ForeignKindsTest::kind).distinct())
        .containsExactlyInAnyOrderElementsOf(FIELDS.keySet());
    for (Map<String, Object> tree : foreign) {
      List<String> known = Objects.requireNonNull(FIELDS.get(kind(tree)));
      assertThat(leaves("", tree))
          .as(kind(tree))
          .allMatch(field ->
              Stream.concat(known.stream(), OF_EVERY_KIND.stream())
                  .anyMatch(pattern -> fits(field, pattern)));
    }
  }

  private static String kind(Map<String, Object> tree) {
    return tree.get("apiVersion") + " " + tree.get("kind");
  }

  /** The paths of whatever holds no further fields. */
  private static Stream<String> leaves(String path, Object node) {
    return switch (node) {
      case Map<?, ?> map when !map.isEmpty() ->
          map.entrySet().stream()
              .flatMap(entry ->
                  // A key may hold slashes itself.
                  leaves(
                      path + "/" + entry.getKey().toString().replace('/', '|'), entry.getValue()));
      case List<?> list when !list.isEmpty() ->
          list.stream().flatMap(entry -> leaves(path + "/[]", entry));
      default -> Stream.of(path.substring(1));
    };
  }

  private static boolean fits(String field, String pattern) {
    return pattern.endsWith("/*")
        ? field.startsWith(pattern.substring(0, pattern.length() - 1))
            && field.indexOf('/', pattern.length() - 1) < 0
        : field.equals(pattern);
  }
}
