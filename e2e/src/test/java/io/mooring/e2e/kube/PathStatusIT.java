package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What kubectl shows of a volume's paths when one is lost, and when its node is silent. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class PathStatusIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubeLab lab;

  PathStatusIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void aPathThatIsLostAndBackIsShownAndIsOneEventEach() {
    String object;
    try (Space space = new Space(lab, "paths")) {
      space.run(Claim.of("shown"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "shown");
      writer.awaitLines(20, PATIENCE);
      object = space.attachment("shown", "worker1");
      space.awaitPaths(object, "2/2 Healthy", PATIENCE);
      assertThat(lab.kubectl().check("get", object, "--no-headers"))
          .contains("paths/shown", "worker1", "2/2", "Healthy");

      lab.lab().pullCable(1, StoragePath.A);
      space.awaitPaths(object, "1/2 Degraded", PATIENCE);
      writer.awaitLines(20, PATIENCE);
      lab.lab().plugCable(1, StoragePath.A);
      space.awaitPaths(object, "2/2 Healthy", PATIENCE);
      writer.awaitLines(20, PATIENCE);

      assertThat(field(object, "{.status.lastFailover.portal}"))
          .isEqualTo(field(object, "{.status.paths[0].portal}"));
      lab.progress().say("  last failover: " + field(object, "{.status.lastFailover}"));
      awaitEvents(space, "PersistentVolumeClaim");
      awaitEvents(space, "Pod");
      assertThat(writer.unharmed()).isTrue();
    }
    KubeLab.await(
        "no attachment of it left",
        PATIENCE,
        () -> lab.kubectl().check("get", object, "--ignore-not-found", "-o=name"),
        String::isEmpty);
  }

  @Test
  void aNodeThatIsSilentIsNotShownAsItWas() {
    try (Space space = new Space(lab, "silent")) {
      Claim claim = Claim.of("frozen");
      String pod = Manifests.pod(claim, "worker2", PodWriter.SCRIPT);
      space.apply(claim.yaml() + Manifests.staying(pod));
      space.awaitReady("frozen");
      PodWriter writer = new PodWriter(space, "frozen");
      String object = space.attachment("frozen", "worker2");
      space.awaitPaths(object, "2/2 Healthy", PATIENCE);

      lab.vm("worker2").freeze();
      try {
        space.awaitPaths(object, "2/2 Unknown", PATIENCE.multipliedBy(2));
      } finally {
        lab.vm("worker2").thaw();
      }

      space.awaitPaths(object, "2/2 Healthy", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
    }
  }

  private String field(String object, String path) {
    return lab.kubectl().check("get", object, "-o=jsonpath=" + path);
  }

  /** An Event is written after the status. */
  private void awaitEvents(Space space, String kind) {
    KubeLab.await(
        "one Event of the %s for each change".formatted(kind),
        PATIENCE,
        () ->
            String.join(
                " ",
                space
                    .kubectl(
                        "get",
                        "events",
                        "--field-selector=involvedObject.kind=%s,involvedObject.name=shown"
                            .formatted(kind),
                        "-o=jsonpath={range .items[*]}{.reason}{\"\\n\"}{end}")
                    .lines()
                    .filter(reason -> List.of("PathLost", "PathBack").contains(reason))
                    .sorted()
                    .toList()),
        "PathBack PathLost"::equals);
  }
}
