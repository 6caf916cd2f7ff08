package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that dies between two steps that it takes in a cluster alone. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class DeathIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String FILE = "/tmp/fail-point";
  private static final String IN_NAMESPACE = "--namespace=" + MooringRelease.NAMESPACE;
  private static final String CONTROLLER = "deployment/mooring-controller";
  private static final String NODE = "daemonset/mooring-node";
  private static final String NO_MAINTENANCE = "{\"spec\":{\"maintenance\":null}}";

  private final KubeLab lab;
  private final TargetObject target;

  DeathIT(KubeLab lab) {
    this.lab = lab;
    this.target = new TargetObject(lab);
  }

  @BeforeEach
  void everyProcessCanDie() {
    canDie(CONTROLLER, "initContainers");
    canDie(NODE, "containers");
    new MooringRelease(lab).awaitRollout();
  }

  @AfterEach
  void nobodyDiesAnyMore() {
    lab.lab().heal();
    target.patch(NO_MAINTENANCE);
    for (String object : List.of(CONTROLLER, NODE)) {
      lab.kubectl().check("rollout", "undo", object, IN_NAMESPACE);
    }
    new MooringRelease(lab).awaitRollout();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "controller.create.after-record",
        "controller.create.after-create",
        "controller.create.after-status"
      })
  void aControllerThatDiesBesideItsRecordMakesOneVolume(String failPoint) {
    Inventory before = lab.inventory();
    try (Space space = new Space(lab, "death")) {
      List<String> controllers = pods("controller");
      controllers.forEach(pod -> dieAt(pod, failPoint));

      space.run(Claim.of("claim"), "worker1", "echo x > /data/x && exec sleep 100000");

      assertThat(controllers).anyMatch(pod -> !armed(pod));
      assertThat(volumes(before)).hasSize(1);
    }
    assertThat(volumes(before)).isEmpty();
  }

  /** The record says a pool in which the class does not allow it any more. */
  @Test
  void aControllerThatDiesWhileAVolumeIsPlacedAnewMakesItThere() {
    String failPoint = "controller.create.after-replace";
    Inventory before = lab.inventory();
    lab.kubectl().apply(storageClass(AgentHost.FILE));
    try (Space space = new Space(lab, "anew")) {
      Claim claim = Claim.of("claim").withClass("elsewhere");
      space.apply(claim.yaml());
      String name = "pvc-" + space.kubectl("get", "pvc", "claim", "-o=jsonpath={.metadata.uid}");
      lab.kubectl().apply(record(name, AgentHost.THIN));
      List<String> controllers = pods("controller");
      controllers.forEach(pod -> dieAt(pod, failPoint));

      space.apply(Manifests.pod(claim, "worker1", "exec sleep 100000"));
      space.awaitReady("claim");

      assertThat(controllers).anyMatch(pod -> !armed(pod));
      assertThat(
              lab.kubectl()
                  .check("get", "mooringvolume", name, "-o=jsonpath={.spec.pool} {.status.phase}"))
          .isEqualTo(AgentHost.FILE + " Created");
      assertThat(volumes(before)).hasSize(1).allMatch(thing -> thing.endsWith(".img"));
    } finally {
      lab.kubectl().check("delete", "storageclass", "elsewhere");
    }
    assertThat(volumes(before)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.drain.after-paths", "node.drain.after-logout"})
  void aNodePluginThatDiesInMaintenanceDrainsThePortalAllTheSame(String failPoint) {
    try (Space space = new Space(lab, "drained")) {
      space.run(Claim.of("writer"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      String attachment = space.attachment("writer", "worker1");
      space.awaitPaths(attachment, "2/2 Healthy", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      String plugin = pods("node", "--field-selector=spec.nodeName=worker1").getFirst();
      dieAt(plugin, failPoint);

      target.patch(
          "{\"spec\":{\"maintenance\":{\"portals\":[\"%s\"]}}}".formatted(StoragePath.A.portal()));

      space.awaitPaths(attachment, "1/1 Healthy", PATIENCE);
      target.awaitMaintenance("True Safe", PATIENCE);
      assertThat(armed(plugin)).isFalse();
      target.patch(NO_MAINTENANCE);
      space.awaitPaths(attachment, "2/2 Healthy", PATIENCE);
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
    }
  }

  private static String storageClass(String pool) {
    return """
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: elsewhere}
    provisioner: csi.mooring.io
    volumeBindingMode: WaitForFirstConsumer
    parameters: {pool: %s}
    """
        .formatted(pool);
  }

  private static String record(String name, String pool) {
    return """
    apiVersion: mooring.io/v1alpha1
    kind: MooringVolume
    metadata: {name: %s}
    spec: {csiName: %s, target: %s, pool: %s, requestedBytes: 67108864}
    """
        .formatted(name, name, AgentHost.TARGET, pool);
  }

  private void canDie(String object, String containers) {
    lab.kubectl()
        .check(
            "patch",
            object,
            IN_NAMESPACE,
            "--type=json",
            "--patch=[{\"op\":\"add\",\"path\":\"/spec/template/spec/%s/0/env/-\",\"value\":{\"name\":\"MOORING_FAIL_POINT_FILE\",\"value\":\"%s\"}}]"
                .formatted(containers, FILE));
  }

  private List<String> pods(String component, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "get",
                "pods",
                IN_NAMESPACE,
                "--selector=app.kubernetes.io/component=" + component,
                "-o=jsonpath={range .items[*]}{.metadata.name} {.metadata.deletionTimestamp}{\"\\n\"}{end}"));
    words.addAll(List.of(more));
    return lab.kubectl()
        .check(words.toArray(String[]::new))
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(pod -> pod.length == 1 || pod[1].isEmpty())
        .map(pod -> pod[0])
        .toList();
  }

  private void dieAt(String pod, String failPoint) {
    inPod(pod, "printf %s " + failPoint + " > " + FILE);
  }

  private boolean armed(String pod) {
    return KubeLab.await(
            "an answer of " + pod,
            PATIENCE,
            () -> inPod(pod, "test -e %s && echo yes || echo no".formatted(FILE)),
            answer -> !answer.isEmpty())
        .equals("yes");
  }

  /** What a script says in Mooring's own container; empty while it does not run. */
  private String inPod(String pod, String script) {
    String component = pod.startsWith("mooring-controller") ? "mooring-controller" : "mooring-node";
    return lab.kubectl()
        .run(List.of("exec", pod, IN_NAMESPACE, "-c", component, "--", "/bin/sh", "-c", script), "")
        .stdout()
        .strip();
  }

  private List<String> volumes(Inventory before) {
    return lab.inventory().since(before).stream()
        .filter(thing -> thing.matches("storage: (volume .+|file .+[.]img)"))
        .toList();
  }
}
