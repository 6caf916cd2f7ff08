package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
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
}
