package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;

/** How a volume is served after its storage host has lost what it knew. */
final class Served {
  private Served() {}

  /** That it holds data has become known since it was published first. */
  static void assertAsBefore(Mooring mooring, Attachment attachment, NodeHost node) {
    assertThat(mooring.publish(attachment.volume(), attachment.kind(), node).publishContext())
        .containsAllEntriesOf(attachment.publishContext())
        .containsEntry("written", "true")
        .hasSize(attachment.publishContext().size() + 1);
  }
}
