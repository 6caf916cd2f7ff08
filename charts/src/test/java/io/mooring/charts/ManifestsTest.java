package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code deploy/kubernetes/mooring.yaml}, for those who do not use Helm. */
final class ManifestsTest {
  private static final String HEAD =
      """
      # Made from charts/mooring by `make manifests`; do not edit. For those who do not use Helm:
      #   kubectl create namespace mooring-system
      #   kubectl label namespace mooring-system pod-security.kubernetes.io/enforce=privileged
      #   kubectl -n mooring-system create secret generic mooring-controller-tls \\
      #     --from-file=tls.crt --from-file=tls.key --from-file=ca.crt
      #   kubectl apply -f mooring.yaml
      """;

  /** Certificates cannot lie in a public file, so they are given. */
  private static final String VALUES = "tls: {mode: secrets}";

  private static final Generated FILE = new Generated("deploy/kubernetes/mooring.yaml");

  @Test
  void areWhatTheChartMakes() {
    FILE.mustBe(HEAD + withoutHelm(Chart.template(VALUES)));
  }

  @Test
  void holdNothingThatIsHelmsOwn() {
    assertThat(Chart.file(FILE.name()))
        .doesNotContain("helm.sh/", "managed-by: Helm", "kind: Secret\n");
  }

  private static String withoutHelm(String text) {
    return Stream.of(text.split("(?m)^---\\n"))
        .filter(document -> !document.isBlank() && !document.contains("helm.sh/hook:"))
        .map(ManifestsTest::document)
        .collect(Collectors.joining());
  }

  private static String document(String text) {
    String body =
        text.lines()
            .filter(line -> !line.startsWith("# Source: ") && !line.isBlank())
            .filter(line ->
                !line.contains("helm.sh/") && !line.contains("app.kubernetes.io/managed-by: "))
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n", "", "\n"));
    // The one annotation of the definitions is Helm's.
    return "---\n" + body.replaceAll("(?m)^  annotations:\\n(?=  \\S)", "");
  }
}
