package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything of the cluster and of Mooring is restarted under a pod that writes. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class UpkeepIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String IN_NAMESPACE = "--namespace=" + MooringRelease.NAMESPACE;

  private final KubeLab lab;

  UpkeepIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void noRestartDisturbsAPodThatWritesAndNoClaimIsStuck() {
    try (Space space = new Space(lab, "upkeep")) {
      space.run(Claim.of("writer"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      writer.awaitLines(5, PATIENCE);

      step("kubelet restarted");
      lab.node(1).restartKubelet();
      writer.awaitLines(10, PATIENCE);

      step("node plugin deleted under the volume");
      deletePods("node", "spec.nodeName=worker1");
      awaitPods();
      provision(space, "after-node", "worker1");

      step("one controller killed, then both");
      String first = pods("controller").getFirst();
      lab.kubectl().check("delete", first, IN_NAMESPACE, "--grace-period=0", "--force");
      provision(space, "after-one", "worker2");
      deletePods("controller", "");
      provision(space, "after-both", "worker1");

      step("agent killed");
      lab.agent().unit().kill();
      provision(space, "after-agent", "worker2");

      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      lab.progress().say("  longest stall: " + writer.longestGap().toMillis() + " ms");
    }
  }

  @Test
  void anUpgradeUnderIoDisturbsNobodyAndKeepsTheCertificates() {
    try (Space space = new Space(lab, "upgrade")) {
      space.run(Claim.of("writer"), "worker2", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      writer.awaitLines(5, PATIENCE);
      String certificates = certificates();

      new MooringRelease(lab)
          .upgrade("--set=node.logLevel=debug", "--set=controller.logLevel=debug");

      assertThat(certificates()).isEqualTo(certificates);
      provision(space, "after-upgrade", "worker2");
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      writer.longestGap();
    }
  }

  private void step(String what) {
    lab.progress().say("  " + what);
  }

  private static void provision(Space space, String name, String node) {
    space.run(Claim.of(name), node, "echo x > /data/x && sync && exec sleep 100000");
    space.deletePod(name);
    space.kubectl("delete", "pvc", name, "--timeout=180s");
  }

  private List<String> pods(String component) {
    return lab.kubectl()
        .check(
            "get",
            "pods",
            IN_NAMESPACE,
            "--selector=app.kubernetes.io/component=" + component,
            "-o=name")
        .lines()
        .toList();
  }

  private void deletePods(String component, String fields) {
    lab.kubectl()
        .check(
            "delete",
            "pods",
            IN_NAMESPACE,
            "--selector=app.kubernetes.io/component=" + component,
            "--field-selector=" + fields,
            "--timeout=120s");
  }

  private void awaitPods() {
    lab.kubectl()
        .check("wait", "pods", "--all", IN_NAMESPACE, "--for=condition=Ready", "--timeout=180s");
  }

  private String certificates() {
    return lab.kubectl()
        .check(
            "get",
            "secrets",
            IN_NAMESPACE,
            "--field-selector=type=kubernetes.io/tls",
            "-o=jsonpath={.items[*].data}");
  }
}
