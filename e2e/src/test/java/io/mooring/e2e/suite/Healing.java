package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a node's healer is waited for, and what it must not cost. */
final class Healing {
  /** The slow look, what a step waits before it acts, and the slowness of the lab. */
  static final Duration BOUND = Duration.ofMinutes(2);

  private final Mooring mooring;
  private final NodeHost node;

  Healing(Mooring mooring, NodeHost node) {
    this.mooring = requireNonNull(mooring, "mooring is null");
    this.node = requireNonNull(node, "node is null");
  }

  void await(String what, BooleanSupplier reached) {
    boolean healed =
        new Poll(Duration.ofMillis(500), Duration.ofSeconds(2))
            .until(Deadline.after(BOUND), reached);
    assertThat(healed)
        .as("%s within %s; the node plugin says:%n%s", what, BOUND, node.unit().journal(30))
        .isTrue();
  }

  /** The writer has seen no error, every byte is there, and nothing is left of the volume. */
  void endUnharmed(SteadyWriter writer, Attachment attachment, Inventory before) {
    assertThat(writer.finish().errors()).isZero();
    writer.verify();
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
