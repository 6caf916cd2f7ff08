package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the driver is for, seen from a pod: a path dies, and its process sees nothing of it. */
@Tag("k8s")
@ExtendWith(KubeExtension.class)
class PathIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubeLab lab;

  PathIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void aCablePulledUnderAPodThatWritesIsNoErrorToIt() {
    try (Space space = new Space(lab, "cable")) {
      space.run(Claim.of("cable"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "cable");
      writer.awaitLines(20, PATIENCE);

      lab.lab().pullCable(1, StoragePath.A);
      ReadyPaths.await(lab, space, "cable", 1);
      writer.awaitLines(20, PATIENCE);
      lab.lab().plugCable(1, StoragePath.A);
      ReadyPaths.await(lab, space, "cable", 2);
      writer.awaitLines(20, PATIENCE);

      assertThat(writer.unharmed()).isTrue();
      Duration gap = writer.longestGap();
      lab.progress().say("  longest stall of the pod's writes: " + gap.toMillis() + " ms");
      assertThat(gap).isLessThan(Duration.ofSeconds(30));
    }
  }
}
