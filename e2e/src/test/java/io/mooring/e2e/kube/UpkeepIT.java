package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.ArrayList;
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

      killControllersInTurn(space, writer);

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

  /** First the one that leads, then the one that has come to lead, then both. */
  private void killControllersInTurn(Space space, PodWriter writer) {
    step("leading controller killed");
    awaitOthers(List.of());
    List<String> first = List.of(leader());
    kill(first);
    provision(space, "after-leader", "worker2");
    awaitOthers(first);
    writer.awaitLines(5, PATIENCE);

    step("its successor killed");
    List<String> second = List.of(leader());
    kill(second);
    provision(space, "after-successor", "worker1");
    awaitOthers(second);

    step("both controllers killed");
    List<String> both = controllers();
    assertThat(both).hasSize(2);
    kill(both);
    provision(space, "after-both", "worker2");
    awaitOthers(both);
    writer.awaitLines(5, PATIENCE);
  }

  /** As the loss of their nodes ends them: no notice, and nothing that they could still do. */
  private void kill(List<String> names) {
    List<String> words = new ArrayList<>(List.of("delete", "pods"));
    words.addAll(names);
    words.addAll(List.of(IN_NAMESPACE, "--grace-period=0", "--force"));
    lab.kubectl().check(words.toArray(String[]::new));
  }

  /** Waits until two controllers are ready and one leads, none of which is among those. */
  private void awaitOthers(List<String> killed) {
    KubeLab.await(
        "two ready controllers that are not " + killed,
        PATIENCE,
        () -> String.join(" ", readyControllers()),
        names -> names.split(" ", -1).length == 2 && killed.stream().noneMatch(names::contains));
    KubeLab.await(
        "a leader that is not one of " + killed,
        PATIENCE,
        this::leader,
        name -> controllers().contains(name) && !killed.contains(name));
  }

  /** The name of the pod that has the controllers' own Lease; those of the sidecars are others. */
  private String leader() {
    return lab.kubectl()
        .check(
            "get",
            "lease",
            "mooring-controller",
            IN_NAMESPACE,
            "-o=jsonpath={.spec.holderIdentity}");
  }

  private List<String> controllers() {
    return controllers("{range .items[*]}{.metadata.name}{\" True\\n\"}{end}");
  }

  private List<String> readyControllers() {
    return controllers(
        "{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=='Ready')].status}{\"\\n\"}{end}");
  }

  private List<String> controllers(String namesAndStates) {
    return lab.kubectl()
        .check(
            "get",
            "pods",
            IN_NAMESPACE,
            "--selector=app.kubernetes.io/component=controller",
            "-o=jsonpath=" + namesAndStates)
        .lines()
        .filter(line -> line.endsWith(" True"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .toList();
  }

  private void step(String what) {
    lab.progress().say("  " + what);
  }

  private static void provision(Space space, String name, String node) {
    space.run(Claim.of(name), node, "echo x > /data/x && sync && exec sleep 100000");
    space.deletePod(name);
    space.kubectl("delete", "pvc", name, "--timeout=180s");
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
