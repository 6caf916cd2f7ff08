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
        "pools": {"files": {"backend": "file", "directory": "/srv/pool"}}}]}
      """;

  private static final String STORAGE_CLASS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: on-worker2}
      provisioner: csi.mooring.io
      volumeBindingMode: WaitForFirstConsumer
      parameters: {target: san2, pool: files}
      """;

  private final KubeLab lab;
  private final MooringRelease release;

  AgentPodIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void aNodesDirectoryBecomesMultipathVolumesOfAnotherNode() throws IOException {
    lab.node(2).vm().shell().check("mkdir -p /srv/pool");
    lab.node(2).load(lab.agentImage());
    release.upgrade("--set-json=agent=" + VALUES.replace("\n", " "));
    release.addTarget(TARGET, "10.77.1.12:9750");
    lab.kubectl().apply(STORAGE_CLASS);
    try (Space space = new Space(lab, "agent-pod")) {
      space.run(Claim.of("writer").withClass("on-worker2"), "worker1", PodWriter.SCRIPT);
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
      space.run(Claim.of("second").withClass("on-worker2"), "worker1", "exec sleep 100000");
      writer.awaitLines(5, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      writer.longestGap();
    } finally {
      lab.kubectl().check("delete", "storageclass", "on-worker2", "--ignore-not-found");
      lab.kubectl().check("delete", "storagetarget", TARGET, "--ignore-not-found");
      release.upgrade();
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
