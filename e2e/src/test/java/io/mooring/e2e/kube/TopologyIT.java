package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A storage host serves the nodes of its networks and no others. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class TopologyIT {
  // The provisioner looks for changed capacity once a minute.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final KubeLab lab;

  TopologyIT(KubeLab lab) {
    this.lab = lab;
  }

  @AfterEach
  void allNetworks() {
    patch("null");
  }

  @Test
  void capacityAndPlacementFollowTheNetworksOfAStorageHost() {
    awaitCapacity(true);
    patch("[\"elsewhere\"]");
    awaitCapacity(false);
    try (Space space = new Space(lab, "topology")) {
      Claim claim = Claim.of("far");
      space.apply(claim.yaml() + Manifests.pod(claim, "", "exec sleep 100000"));
      KubeLab.await(
          "the scheduler finds no room",
          PATIENCE,
          () -> space.kubectl("get", "pod", "far", "-o=jsonpath={.status.conditions[*].message}"),
          text -> text.contains("did not have enough free storage"));

      patch("[\"elsewhere\",\"default\"]");
      awaitCapacity(true);
      space.awaitReady("far");
      String volume = space.kubectl("get", "pvc", "far", "-o=jsonpath={.spec.volumeName}");
      assertThat(lab.kubectl().check("get", "pv", volume, "-o=jsonpath={.spec.nodeAffinity}"))
          .contains("topology.mooring.io/fabric", "default");
    }
  }

  private void patch(String fabrics) {
    lab.kubectl()
        .check(
            "patch",
            "storagetarget",
            AgentHost.TARGET,
            "--type=merge",
            "-p",
            "{\"spec\":{\"fabrics\":%s}}".formatted(fabrics));
  }

  /** What the scheduler believes of the nodes' network. */
  private void awaitCapacity(boolean room) {
    KubeLab.await(
        "capacity",
        PATIENCE,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "csistoragecapacities",
                    "-A",
                    "-o=jsonpath={range .items[?(@.storageClassName==\"mooring\")]}{.capacity} {end}"),
        text -> text.matches(".*[1-9].*") == room);
  }
}
