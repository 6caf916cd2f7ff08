package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Helm does with the chart, apart from installing it. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class ReleaseIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String IDLE = "exec sleep 100000";

  private final KubeLab lab;
  private final MooringRelease release;

  ReleaseIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void helmTestProvisionsWritesReadsBackAndLeavesNothing() {
    String before = volumes();
    assertThat(release.test()).contains("Succeeded").doesNotContain("Failed");
    KubeLab.await("no volume of the test left", PATIENCE, this::volumes, before::equals);
  }

  @Test
  void anUninstallLosesNothingAndTheNextInstallTakesEverythingUpAgain() {
    try (Space space = new Space(lab, "uninstall")) {
      space.run(Claim.of("writer"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "writer");
      writer.awaitLines(5, PATIENCE);
      String before = whatIsKept();

      release.uninstall();
      assertThat(whatIsKept()).isEqualTo(before);
      writer.awaitLines(10, PATIENCE);

      release.installAgain();
      assertThat(whatIsKept()).isEqualTo(before);
      space.run(Claim.of("another"), "worker1", IDLE);
      writer.awaitLines(10, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
      String lines = space.exec("writer", "head -n 20 /data/lines");

      space.deletePod("writer");
      space.apply(Manifests.pod(Claim.of("writer"), "worker2", IDLE));
      space.awaitReady("writer");
      assertThat(space.exec("writer", "head -n 20 /data/lines")).isEqualTo(lines);
      writer.longestGap();
    }
  }

  /** The users' objects, and what agents outside the cluster believe in. */
  private String whatIsKept() {
    return volumes()
        + lab.kubectl().check("get", "storagetargets,mooringvolumes,crds", "-o=name")
        + lab.kubectl()
            .check(
                "get",
                "secret",
                MooringRelease.NAME + "-ca",
                "--namespace=" + MooringRelease.NAMESPACE,
                "-o=jsonpath={.data}");
  }

  private String volumes() {
    return lab.kubectl().check("get", "pv", "-o=name");
  }
}
