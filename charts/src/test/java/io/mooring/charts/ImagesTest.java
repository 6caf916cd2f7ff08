package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where images come from. */
final class ImagesTest {
  private static final String VERSION = System.getProperty("mooring.version", "");

  @Test
  void versionsArePinned() {
    assertThat(images(Samples.AGENTS))
        .containsExactlyInAnyOrder(
            "localhost/mooring-controller:" + VERSION,
            "localhost/mooring-node:" + VERSION,
            "localhost/mooring-agent:" + VERSION,
            "registry.k8s.io/sig-storage/csi-provisioner:v6.3.0",
            "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
            "registry.k8s.io/sig-storage/csi-resizer:v2.2.0");
  }

  @Test
  void oneRegistryForAllReachesEveryImage() {
    assertThat(
            images("global: {imageRegistry: 'registry.example.net:5000/k8s'}\n" + Samples.AGENTS))
        .hasSize(6)
        .allMatch(image -> image.startsWith("registry.example.net:5000/k8s/"));
    assertThat(Chart.render("global: {imagePullSecrets: [{name: site}]}\n" + Samples.AGENTS).pods())
        .allMatch(pod -> pod.getImagePullSecrets().getFirst().getName().equals("site"));
  }

  @ParameterizedTest
  @CsvSource({
    "busybox:1.37, r.example.net/k8s/busybox:1.37",
    "library/busybox:1.37, r.example.net/k8s/library/busybox:1.37",
    "docker.io/library/busybox:1.37, r.example.net/k8s/library/busybox:1.37",
    "localhost:5000/busybox:1.37, r.example.net/k8s/busybox:1.37",
    "r.example.net/k8s/busybox:1.37, r.example.net/k8s/busybox:1.37"
  })
  void theTestsImageComesFromThereToo(String given, String image) {
    String test = "test: {image: '%s'}".formatted(given);

    assertThat(images(test)).contains(given);
    assertThat(images("global: {imageRegistry: r.example.net/k8s}\n" + test)).contains(image);
  }

  @Test
  void anImageCanSayOtherwise() {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    String values =
        "{image: {registry: r.example.net, tag: '1'}, node: {image: {registry: n.example.net, tag: '2'}}, attacher: {image: {digest: '%s'}}}"
            .formatted(digest);

    assertThat(images(values))
        .contains(
            "r.example.net/mooring-controller:1",
            "n.example.net/mooring-node:2",
            "registry.k8s.io/sig-storage/csi-attacher@" + digest);
  }

  private static List<String> images(String values) {
    return Chart.render(values).containers().stream().map(Container::getImage).distinct().toList();
  }
}
