package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes are drained, freeze and lose power; the volume follows its pod and stays one volume. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class LossOfNodeIT {
  private static final String OUT_OF_SERVICE =
      "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration LONG = Duration.ofMinutes(8);

  private final KubeLab lab;

  LossOfNodeIT(KubeLab lab) {
    this.lab = lab;
  }

  @AfterEach
  void everyNodeIsBack() {
    for (KubeNode node : lab.nodes()) {
      lab.kubectl().run(List.of("taint", "node", node.name(), OUT_OF_SERVICE + "-"), "");
      lab.kubectl().check("uncordon", node.name());
    }
    lab.kubectl().check("wait", "nodes", "--all", "--for=condition=Ready", "--timeout=180s");
  }

  @Test
  void aDrainMovesThePodWithItsVolume() {
    try (Space space = new Space(lab, "drain")) {
      String before = runSet(space);
      lab.kubectl()
          .check(
              "drain",
              before,
              "--ignore-daemonsets",
              "--delete-emptydir-data",
              "--timeout=180s",
              "--pod-selector=app=set");
      String after = awaitOtherNode(space, before);
      assertThat(after).isNotEqualTo(before);
      assertThat(new PodWriter(space, "set-0").longestGap()).isPositive();
    }
  }

  @Test
  void aFrozenNodeLosesItsVolumeAndItsLateWritesAreRefused() {
    try (Space space = new Space(lab, "frozen")) {
      String frozen = runSet(space);
      String serial = space.serial("data");
      String before;
      lab.vm(frozen).freeze();
      try {
        awaitNotReady(frozen);
        lab.kubectl().check("taint", "node", frozen, OUT_OF_SERVICE);
        awaitOtherNode(space, frozen);
        space.exec("set-0", "touch /data/stop; sync");
        space.kubectl("scale", "statefulset", "set", "--replicas=0");
        space.kubectl("wait", "pod/set-0", "--for=delete", "--timeout=120s");
        awaitDetached();
        // Nobody has it any more but the node that thaws: whatever changes now is its doing.
        before = sum(serial);
      } finally {
        lab.vm(frozen).thaw();
      }
      lab.kubectl().check("wait", "node/" + frozen, "--for=condition=Ready", "--timeout=180s");
      lab.kubectl().check("taint", "node", frozen, OUT_OF_SERVICE + "-");
      awaitNothingOf(serial, frozen);
      assertThat(sum(serial)).isEqualTo(before);
    }
  }

  @Test
  void aNodeWithoutPowerLosesItsVolumeAndComesBackEmpty() {
    try (Space space = new Space(lab, "dark")) {
      String dark = runSet(space);
      String serial = space.serial("data");
      lab.vm(dark).freeze();
      try {
        awaitNotReady(dark);
        lab.kubectl().check("taint", "node", dark, OUT_OF_SERVICE);
        awaitOtherNode(space, dark);
      } finally {
        // What was in its memory is gone: it starts anew.
        long position = lab.vm(dark).consolePosition();
        lab.vm(dark).reset();
        lab.vm(dark).thaw();
        lab.vm(dark).awaitReady(position, Deadline.after(PATIENCE));
      }
      lab.kubectl().check("wait", "node/" + dark, "--for=condition=Ready", "--timeout=180s");
      lab.kubectl().check("taint", "node", dark, OUT_OF_SERVICE + "-");
      awaitNothingOf(serial, dark);
      new PodWriter(space, "set-0").awaitLines(5, PATIENCE);
    }
  }

  /** A StatefulSet that writes; returns the node that it runs on. */
  private static String runSet(Space space) {
    Claim claim = Claim.of("data");
    String script =
        """
        while [ ! -e /data/stop ] && read -r up rest < /proc/uptime && n=$(wc -l < /data/lines 2>/dev/null || echo 0); do
          echo "$n $up $HOSTNAME" >> /data/lines && sync -d /data/lines || exit 1
        done
        exec sleep 100000
        """;
    space.apply(claim.yaml() + Manifests.statefulSet("set", claim, script));
    KubeLab.await(
        "the pod exists",
        PATIENCE,
        () -> space.kubectl("get", "pods", "-o=name"),
        text -> text.contains("set-0"));
    space.awaitReady("set-0");
    new PodWriter(space, "set-0").awaitLines(5, PATIENCE);
    return node(space);
  }

  private static String node(Space space) {
    return space.kubectlResult("get", "pod", "set-0", "-o=jsonpath={.spec.nodeName}").stdout();
  }

  private void awaitNotReady(String node) {
    KubeLab.await(
        node + " not ready",
        PATIENCE,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "node",
                    node,
                    "-o=jsonpath={.status.conditions[?(@.type=='Ready')].status}"),
        "Unknown"::equals);
  }

  private static String awaitOtherNode(Space space, String before) {
    String after =
        KubeLab.await(
            "the pod on another node",
            PATIENCE,
            () -> node(space),
            node -> !node.isEmpty() && !node.equals(before));
    space.awaitReady("set-0");
    new PodWriter(space, "set-0").awaitLines(5, PATIENCE);
    return after;
  }

  /** The unmount on the second node writes, too; it is over when Kubernetes has detached it. */
  private void awaitDetached() {
    KubeLab.await(
        "the volume is attached nowhere",
        PATIENCE,
        () -> lab.kubectl().check("get", "volumeattachments", "-o=name"),
        String::isEmpty);
  }

  /** A checksum of all that the storage host has of the volume. */
  private String sum(String serial) {
    return lab.agent()
        .vm()
        .shell()
        .check(
            "lvchange -ay mooring/mooring-%1$s && dd if=/dev/mooring/mooring-%1$s iflag=direct bs=1M status=none | sha256sum"
                .formatted(serial));
  }

  /** No map, path or mount of that volume is left on the node. */
  private void awaitNothingOf(String serial, String node) {
    String wwid = "36001405" + serial.substring(0, 25);
    KubeLab.await(
        "nothing of the volume left on " + node,
        LONG,
        () ->
            lab.vm(node)
                .shell()
                .run(
                    "ls /dev/mapper | grep %1$s; grep %1$s /proc/mounts; grep -l %2$s /sys/block/sd*/device/wwid 2>/dev/null"
                        .formatted(wwid, wwid.substring(1)))
                .stdout(),
        String::isEmpty);
  }
}
