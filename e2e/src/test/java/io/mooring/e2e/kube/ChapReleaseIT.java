package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * CHAP on, with other secrets, and off again, by values of the chart and under a pod that writes.
 */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class ChapReleaseIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String UNSET = "(null)";
  private static final String IDLE = "exec sleep 100000";

  private final KubeLab lab;

  ChapReleaseIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void everySessionOfARunningPodLogsInWithTheSecretsOfItsNode() {
    MooringRelease release = new MooringRelease(lab);
    try (Space space = new Space(lab, "chap")) {
      space.run(Claim.of("chap"), "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "chap");
      writer.awaitLines(20, PATIENCE);
      awaitPasswords("no secrets", UNSET::equals);

      release.upgrade("--set=chap.enabled=true");
      awaitPasswords("secrets", password -> !password.equals(UNSET));
      assertThat(demanded()).isEqualTo("1");
      String first = passwords().getFirst();

      release.upgrade("--set=chap.enabled=true", "--set=chap.revision=2");
      awaitPasswords(
          "other secrets", password -> !password.equals(UNSET) && !password.equals(first));

      release.upgrade();
      awaitPasswords("no secrets any more", UNSET::equals);
      assertThat(demanded()).isEqualTo("0");
      space.run(Claim.of("elsewhere"), "worker2", IDLE);
      writer.awaitLines(20, PATIENCE);
      assertThat(writer.unharmed()).isTrue();
    } finally {
      release.upgrade();
    }
  }

  private void awaitPasswords(String what, Predicate<String> as) {
    KubeLab.await(
        what + " of both sessions",
        PATIENCE,
        () -> String.valueOf(passwords().stream().filter(as).count()),
        "2"::equals);
  }

  /** As the kernel keeps them for iscsid. */
  private List<String> passwords() {
    return lab.node(1)
        .vm()
        .shell()
        .run("cat /sys/class/iscsi_session/session*/password")
        .stdout()
        .lines()
        .toList();
  }

  private String demanded() {
    return lab.agent()
        .vm()
        .shell()
        .check(
            "cat /sys/kernel/config/target/iscsi/*mooring*/tpgt_1/attrib/authentication | sort -u")
        .strip();
  }
}
