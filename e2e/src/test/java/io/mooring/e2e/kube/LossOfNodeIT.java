package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
  private static final String IN_NAMESPACE = "--namespace=" + MooringRelease.NAMESPACE;

  /** In the kernel's log of a node, before what happens to it. */
  private static final String MARK = "mooring-e2e-about-to-freeze";

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
      String other = otherThan(before);
      drain(other);
      awaitControllersOn(Set.of(before));
      allow(other);

      // Both replicas are here now: the budget lets the second go when the first is ready
      // elsewhere.
      assertThat(drain(before)).contains("disruption budget");
      assertThat(awaitOtherNode(space, before)).isEqualTo(other);
      awaitControllersOn(Set.of(other));
      assertThat(new PodWriter(space, "set-0").longestGap()).isPositive();

      allow(before);
      lab.kubectl()
          .check("delete", "pod/" + controllers("{.items[0].metadata.name}"), IN_NAMESPACE);
      awaitControllersOn(Set.of(before, other));
    }
  }

  @Test
  void aFrozenNodeLosesItsVolumeAndItsLateWritesAreRefused() {
    try (Space space = new Space(lab, "frozen")) {
      String frozen = runSet(space);
      String serial = space.serial("data");
      String devices = devices(serial, frozen);
      String before;
      lab.vm(frozen).shell().check("echo " + MARK + " > /dev/kmsg");
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
      assertThat(refusedWrites(frozen, devices)).as("the thawed node has tried").isNotEmpty();
      assertThat(sum(serial)).isEqualTo(before);

      space.kubectl("scale", "statefulset", "set", "--replicas=1");
      awaitPod(space);
      space.awaitReady("set-0");
      assertThat(new PodWriter(space, "set-0").longestGap()).isPositive();
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
    awaitPod(space);
    space.awaitReady("set-0");
    new PodWriter(space, "set-0").awaitLines(5, PATIENCE);
    return node(space);
  }

  private static void awaitPod(Space space) {
    KubeLab.await(
        "the pod exists",
        PATIENCE,
        () -> space.kubectl("get", "pods", "-o=name"),
        text -> text.contains("set-0"));
  }

  private String otherThan(String node) {
    return lab.nodes().stream()
        .map(KubeNode::name)
        .filter(name -> !name.equals(node))
        .findFirst()
        .orElseThrow();
  }

  /**
   * As before a node's maintenance: everything goes but what belongs to every node. Returns what
   * kubectl complained of on the way.
   */
  private String drain(String node) {
    // Without --force: a pod that nobody replaces is not this test's, and then nothing is evicted.
    Kubectl.Result result =
        lab.kubectl()
            .run(
                List.of(
                    "drain",
                    node,
                    "--ignore-daemonsets",
                    "--delete-emptydir-data",
                    "--timeout=" + LONG.toSeconds() + "s"),
                "");
    assertThat(result.succeeded()).as(result.stderr()).isTrue();
    return result.stderr();
  }

  /** Lets pods onto it again; the taint, which the scheduler believes too, goes a moment later. */
  private void allow(String node) {
    lab.kubectl().check("uncordon", node);
    KubeLab.await(
        node + " has no taint",
        PATIENCE,
        () -> lab.kubectl().check("get", "node", node, "-o=jsonpath={.spec.taints}"),
        String::isEmpty);
  }

  private void awaitControllersOn(Set<String> nodes) {
    Set<String> ready = nodes.stream().map(node -> node + " True").collect(Collectors.toSet());
    KubeLab.await(
        "two ready controllers on " + nodes,
        LONG,
        () ->
            controllers(
                "{range .items[*]}{.spec.nodeName} {.status.conditions[?(@.type=='Ready')].status}{\"\\n\"}{end}"),
        text ->
            text.lines().count() == 2 && ready.equals(text.lines().collect(Collectors.toSet())));
  }

  private String controllers(String path) {
    return lab.kubectl()
        .check(
            "get",
            "pods",
            IN_NAMESPACE,
            "--selector=app.kubernetes.io/component=controller",
            "-o=jsonpath=" + path);
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

  /** The names of a volume's map and paths as the kernel's log has them, separated by {@code |}. */
  private String devices(String serial, String node) {
    return lab.vm(node)
        .shell()
        .check(
            "map=$(basename \"$(readlink -f /dev/mapper/%s)\") && echo $map $(ls /sys/block/$map/slaves)"
                .formatted(wwid(serial)))
        .replace(' ', '|');
  }

  /** What the node's kernel says since the mark of writes to those devices that came to nothing. */
  private String refusedWrites(String node, String devices) {
    return lab.vm(node)
        .shell()
        .run(
            "dmesg | sed '1,/%1$s/d' | grep -iE 'error, dev (%2$s), sector [0-9]+ op 0x1:|Buffer I/O error on dev(ice)? (%2$s)|JBD2: .*error.* (%2$s)-|Aborting journal on device (%2$s)|EXT4-fs (error|warning) .*(%2$s)'"
                .formatted(MARK, devices))
        .stdout();
  }

  private static String wwid(String serial) {
    return "36001405" + serial.substring(0, 25);
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
    String wwid = wwid(serial);
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
