package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.images.ImageArchives;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a site does whose nodes reach no other registry than its own. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class RegistryIT {
  private static final String TEAM = "/team";

  private final KubeLab lab;
  private final MooringRelease release;

  RegistryIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void nodesRunWhatWasPushedToTheSitesOwnRegistry() {
    Addons addons = Addons.obtain(lab.lab().settings(), lab.progress());
    try (Registry registry = Registry.start(addons, lab.lab().settings())) {
      List<String> pushed =
          ImageArchives.of(lab.lab().settings(), lab.progress()).push(registry.address() + TEAM);
      lab.nodes().forEach(registry::trustedBy);
      release.upgrade("--set=image.registry=" + registry.addressForNodes() + TEAM);
      for (String image : List.of("mooring-controller", "mooring-node")) {
        assertThat(running())
            .as(image)
            .contains(
                registry.addressForNodes() + TEAM + "/" + image + "@" + digest(pushed, image));
      }
    } finally {
      release.upgrade();
    }
  }

  private static String digest(List<String> pushed, String image) {
    return pushed.stream()
        .filter(name -> name.contains("/" + image + ":"))
        .map(name -> name.replaceFirst(".*@", ""))
        .findFirst()
        .orElseThrow();
  }

  /** The images that the pods' containers were made of, by their content. */
  private List<String> running() {
    return List.of(
        lab.kubectl()
            .check(
                "get",
                "pods",
                "--namespace=" + MooringRelease.NAMESPACE,
                "-o=jsonpath={.items[*].status['containerStatuses','initContainerStatuses'][*].imageID}")
            .split(" "));
  }
}
