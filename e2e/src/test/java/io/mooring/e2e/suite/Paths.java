package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;

/** The paths of a volume's map, as multipathd on the node sees them. */
final class Paths {
  private static final Duration RETURN = Duration.ofMinutes(3);

  private Paths() {}

  /** Waits until so many paths are ready. */
  static void awaitReady(NodeHost node, Attachment attachment, int count) {
    boolean reached =
        new Poll(Duration.ofMillis(500), Duration.ofSeconds(1))
            .until(Deadline.after(RETURN), () -> node.readyPaths(attachment) == count);
    assertThat(reached)
        .as(
            "%d ready paths within %s; multipathd says:%n%s",
            count, RETURN, node.vm().shell().check("multipathd show topology"))
        .isTrue();
  }

  /** Pulls the cable of each path, and puts it back once its loss was noticed. */
  static void pullEachInTurn(Lab lab, NodeHost node, Attachment attachment) {
    for (StoragePath path : StoragePath.values()) {
      lab.pullCable(node.vm().number(), path);
      awaitReady(node, attachment, 1);
      lab.plugCable(node.vm().number(), path);
      awaitReady(node, attachment, 2);
    }
  }
}
