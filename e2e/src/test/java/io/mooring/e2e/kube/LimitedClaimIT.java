package io.mooring.e2e.kube;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits by kubectl: a claim's VolumeAttributesClass, changed while its pod runs. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class LimitedClaimIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String CLASSES =
      """
      apiVersion: storage.k8s.io/v1
      kind: VolumeAttributesClass
      metadata: {name: slow}
      driverName: csi.mooring.io
      parameters: {readIops: "100", writeIops: "50"}
      ---
      apiVersion: storage.k8s.io/v1
      kind: VolumeAttributesClass
      metadata: {name: fast}
      driverName: csi.mooring.io
      parameters: {readIops: "2k", writeIops: "1k"}
      """;

  private final KubeLab lab;

  LimitedClaimIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void anotherClassReachesThePodThatRuns() {
    lab.kubectl().apply(CLASSES);
    try (Space space = new Space(lab, "limited")) {
      Claim claim = Claim.of("limited");
      // Kubernetes lets a claim change its class once it is bound, not before.
      space.apply(claim.yaml().stripTrailing() + "\n  volumeAttributesClassName: slow\n");
      space.apply(Manifests.pod(claim, "worker1", "exec sleep 100000"));
      space.awaitReady("limited");
      awaitLimits(space, "riops=100 wiops=50");

      space.kubectl("patch", "pvc", "limited", "--patch", ofClass("fast"));
      awaitLimits(space, "riops=2000 wiops=1000");
    } finally {
      lab.kubectl().check("delete", "volumeattributesclass", "slow", "fast");
    }
  }

  private static String ofClass(String name) {
    return "{\"spec\":{\"volumeAttributesClassName\":\"%s\"}}".formatted(name);
  }

  private void awaitLimits(Space space, String limits) {
    String uid = space.kubectl("get", "pod", "limited", "-o=jsonpath={.metadata.uid}");
    KubeLab.await(
        "limits " + limits,
        PATIENCE,
        () ->
            lab.node(1)
                .vm()
                .shell()
                .run(
                    "cat $(find /sys/fs/cgroup/kubepods -maxdepth 2 -name 'pod%s')/io.max"
                        .formatted(uid))
                .text(),
        found -> found.contains(limits));
  }
}
