package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One raw device on two nodes at once, as live migration of virtual machines wants it. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class SharedClaimIT {
  private static final String IDLE = "exec sleep 100000";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubeLab lab;

  SharedClaimIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void whatOnePodWritesTheOneOnTheOtherNodeReads() {
    try (Space space = new Space(lab, "shared")) {
      Claim claim = Claim.of("disk").asBlock().withAccessMode("ReadWriteMany");
      space.run(claim, "worker1", IDLE);
      space.apply(Manifests.pod("other", claim, "worker2", IDLE));
      space.awaitReady("other");
      crossOver(space, "disk", "other", 0);
      crossOver(space, "other", "disk", 1);

      space.deletePod("disk");
      crossOver(space, "other", "other", 2);
      space.deletePod("other");
    }
  }

  /** Past the page caches: the kubelet keeps the device open, and so each node keeps its pages. */
  private static void crossOver(Space space, String writer, String reader, int megabyte) {
    String sum =
        space.exec(
            writer,
            "head -c 1048576 /dev/urandom > /x; dd if=/x of=/dev/data bs=64k seek=%d oflag=direct conv=fsync 2>/dev/null; sha256sum < /x"
                .formatted(16 * megabyte));
    assertThat(
            space.exec(
                reader,
                "dd if=/dev/data bs=64k skip=%d count=16 iflag=direct 2>/dev/null | sha256sum"
                    .formatted(16 * megabyte)))
        .isEqualTo(sum);
  }

  @Test
  void aFileSystemForSeveralNodesIsRefusedOnTheClaim() {
    try (Space space = new Space(lab, "shared-fs")) {
      Claim claim = Claim.of("files").withAccessMode("ReadWriteMany");
      space.apply(claim.yaml() + Manifests.pod(claim, "", IDLE));
      KubeLab.await(
          "the refusal",
          PATIENCE,
          () -> space.kubectl("get", "events", "-o=jsonpath={.items[*].message}"),
          text -> text.contains("volumeMode: Block"));
    }
  }
}
