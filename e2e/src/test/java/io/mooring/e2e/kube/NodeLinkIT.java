package io.mooring.e2e.kube;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Node plugins show the tokens of their pods, and the controllers believe them. */
@Tag("k8s")
@ExtendWith(KubeExtension.class)
class NodeLinkIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final KubeLab lab;

  NodeLinkIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void everyNodeIsLinkedToAController() {
    for (KubeNode node : lab.nodes()) {
      KubeLab.await(
          node.name() + " is linked",
          PATIENCE,
          this::controllersLogs,
          log -> Pattern.compile("node " + node.name() + "\\S* is linked").matcher(log).find());
    }
  }

  private String controllersLogs() {
    return lab.kubectl()
        .check(
            "logs",
            "--namespace=" + MooringRelease.NAMESPACE,
            "--selector=app.kubernetes.io/component=controller",
            "--container=mooring-controller",
            "--tail=-1");
  }
}
