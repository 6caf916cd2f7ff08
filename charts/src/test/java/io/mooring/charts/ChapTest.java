package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Secrets of nodes: made by the chart or given. */
final class ChapTest {
  private static List<String> controllerArgs(Rendered rendered) {
    return rendered.containers().stream()
        .filter(container -> container.getName().equals("mooring-controller"))
        .map(Container::getArgs)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> mounted(Rendered rendered) {
    return rendered.pods().stream()
        .flatMap(pod -> pod.getVolumes().stream())
        .filter(volume -> volume.getName().equals("chap"))
        .map(Volume::getSecret)
        .map(secret -> secret.getSecretName())
        .toList();
  }

  @Test
  void byDefaultThereIsNone() {
    Rendered rendered = Chart.render("{}");

    assertThat(mounted(rendered)).isEmpty();
    assertThat(controllerArgs(rendered)).noneMatch(arg -> arg.startsWith("--chap"));
  }

  @Test
  void theChartKeepsAKeyThatTheControllerAloneGets() {
    Rendered rendered = Chart.render("chap: {enabled: true, revision: 3}");
    Secret secret = rendered.one(Secret.class, "mooring-chap");

    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(secret.getStringData().get("key")).hasSize(64);
    assertThat(secret.getStringData().get("chap.json"))
        .isEqualTo(
            "{\"derived\":{\"key\":\"%s\",\"revision\":3}}"
                .formatted(secret.getStringData().get("key")));
    assertThat(mounted(rendered)).containsExactly("mooring-chap");
    assertThat(controllerArgs(rendered)).contains("--chap-file=/etc/mooring/chap/chap.json");
  }

  @Test
  void aSecretOfOnesOwnIsUsedAsItIs() {
    Rendered rendered = Chart.render("chap: {enabled: true, secretName: ours}");

    assertThat(mounted(rendered)).containsExactly("ours");
    assertThat(rendered.all(Secret.class))
        .noneMatch(secret -> secret.getMetadata().getName().endsWith("-chap"));
  }

  @Test
  void withoutNodeLinkNodesWouldNeverLearnThem() {
    assertThatThrownBy(() -> Chart.render("{chap: {enabled: true}, nodeLink: {enabled: false}}"))
        .hasMessageContaining("nodes learn their secrets over NodeLink");
  }
}
