package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A storage host that is a node of the cluster itself: its agent is a pod of the chart. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class AgentPodIT {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String TARGET = "san2";

  /** Node worker2 in both path networks. */
  private static final String VALUES =
      """
      {"enabled": true, "hosts": [{
        "node": "worker2", "targetName": "san2", "portals": ["10.77.1.12:3260", "10.77.2.12:3260"],
        "pools": {
          "thin": {"backend": "thin", "volume-group": "inpod", "thin-pool": "pool0"},
          "files": {"backend": "file", "directory": "/srv/pool"}}}]}
      """;

  private static final String MAKE_POOLS =
      """
      set -e
      mkdir -p /srv/pool
      truncate -s 2G /srv/inpod.img
      vgcreate -q inpod "$(losetup --find --show /srv/inpod.img)"
      lvcreate -q -y --type thin-pool -Zy -L 1g -n pool0 inpod
      """;

  private static final String REMOVE_POOLS =
      """
      vgremove -q -y inpod
      losetup -j /srv/inpod.img | cut -d : -f 1 | xargs -r losetup -d
      rm -rf /srv/inpod.img /srv/pool
      """;

  private final KubeLab lab;
  private final MooringRelease release;

  AgentPodIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  private static String storageClass(String pool) {
    return """
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: %1$s-on-worker2}
    provisioner: csi.mooring.io
    volumeBindingMode: WaitForFirstConsumer
    parameters: {target: san2, pool: %1$s}
    """
        .formatted(pool);
  }

  @Test
  void aNodesThinPoolAndDirectoryBecomeMultipathVolumesOfAnotherNode() throws IOException {
    lab.node(2).vm().shell().check(MAKE_POOLS);
    lab.node(2).load(lab.agentImage());
    release.upgrade("--set-json=agent=" + VALUES.replace("\n", " "));
    release.addTarget(TARGET, "10.77.1.12:9750");
    lab.kubectl().apply(storageClass("thin"));
    lab.kubectl().apply(storageClass("files"));
    try (Space space = new Space(lab, "agent-pod")) {
      space.run(Claim.of("writer").withClass("thin-on-worker2"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      writer.awaitLines(5, PATIENCE);
      assertThat(space.volumeId("writer")).startsWith(TARGET + "/");
      assertThat(readyPaths(space)).isEqualTo("2");

      lab.kubectl()
          .check(
              "delete",
              "pods",
              "--namespace=" + MooringRelease.NAMESPACE,
              "--selector=app.kubernetes.io/component=agent",
              "--timeout=240s");
      writer.awaitLines(10, PATIENCE);
      space.run(Claim.of("second").withClass("files-on-worker2"), "worker1", "exec sleep 100000");
      writer.awaitLines(5, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      writer.longestGap();
    } finally {
      lab.kubectl()
          .check(
              "delete",
              "storageclass",
              "thin-on-worker2",
              "files-on-worker2",
              "--ignore-not-found");
      lab.kubectl().check("delete", "storagetarget", TARGET, "--ignore-not-found");
      release.upgrade();
      lab.node(2).vm().shell().check(REMOVE_POOLS);
    }
  }

  private String readyPaths(Space space) {
    String serial = space.serial("writer");
    return lab.node(1)
        .vm()
        .shell()
        .run(
            "multipathd show paths raw format '%w %t %o %T' | grep -c '^36001405"
                + serial.substring(0, 25)
                + " active running ready'")
        .text();
  }
}
