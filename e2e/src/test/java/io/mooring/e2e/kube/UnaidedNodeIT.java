package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes need no controller to keep and heal paths; what it missed, it is told when it is back. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class UnaidedNodeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String CONTROLLER = "deployment/mooring-controller";
  private static final String IN_NAMESPACE = "--namespace=" + MooringRelease.NAMESPACE;

  private final KubeLab lab;

  UnaidedNodeIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void pathsGoAndComeBackWithoutAControllerAndItLearnsOfItLater() {
    try (Space space = new Space(lab, "unaided")) {
      space.run(Claim.of("alone"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "alone");
      String attachment = space.attachment("alone", "worker1");
      space.awaitPaths(attachment, "2/2 Healthy", PATIENCE);
      writer.awaitLines(20, PATIENCE);

      try {
        removeControllers();
        lab.lab().pullCable(1, StoragePath.A);
        ReadyPaths.await(lab, space, "alone", 1);
        writer.awaitLines(20, PATIENCE);
        lab.lab().plugCable(1, StoragePath.A);
        ReadyPaths.await(lab, space, "alone", 2);
        lab.lab().pullCable(1, StoragePath.B);
        ReadyPaths.await(lab, space, "alone", 1);
        writer.awaitLines(20, PATIENCE);
        assertThat(reported(attachment)).as("nobody was there to write it").isEqualTo("2/2");
      } finally {
        // Without them the space could not be emptied either.
        bringControllersBack();
      }

      space.awaitPaths(attachment, "1/2 Degraded", PATIENCE);
      lab.lab().plugCable(1, StoragePath.B);
      ReadyPaths.await(lab, space, "alone", 2);
      space.awaitPaths(attachment, "2/2 Healthy", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      Duration gap = writer.longestGap();
      lab.progress().say("  longest stall of the pod's writes: " + gap.toMillis() + " ms");
      assertThat(gap).isLessThan(Duration.ofSeconds(30));
    }
  }

  private String reported(String attachment) {
    return lab.kubectl().check("get", attachment, "-o=jsonpath={.status.summary}");
  }

  private void removeControllers() {
    lab.kubectl().check("scale", CONTROLLER, IN_NAMESPACE, "--replicas=0");
    KubeLab.await(
        "no controller left",
        PATIENCE,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "pods",
                    IN_NAMESPACE,
                    "--selector=app.kubernetes.io/component=controller",
                    "-o=name"),
        String::isEmpty);
  }

  private void bringControllersBack() {
    lab.kubectl().check("scale", CONTROLLER, IN_NAMESPACE, "--replicas=2");
    lab.kubectl().check("rollout", "status", CONTROLLER, IN_NAMESPACE, "--timeout=600s");
  }
}
