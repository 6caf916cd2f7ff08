package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.Provisioning;
import io.mooring.controller.volume.Publishing;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/** Removes volumes and publications as CSI's calls do, so that they join or refuse each other. */
public final class GivenUp implements Removals {
  private static final Duration LIMIT = Duration.ofSeconds(110);

  private final Provisioning provisioning;
  private final Publishing publishing;

  public GivenUp(Provisioning provisioning, Publishing publishing) {
    this.provisioning = requireNonNull(provisioning, "provisioning is null");
    this.publishing = requireNonNull(publishing, "publishing is null");
  }

  @Override
  public void remove(Orphan orphan) {
    Deadline deadline = Deadline.after(LIMIT);
    switch (orphan.kind()) {
      case ORPHAN_VOLUME -> provisioning.delete(orphan.object(), deadline);
      case ORPHAN_PUBLICATION ->
          // Without a node it would be taken from all.
          publishing.unpublish(
              orphan.object(), orphan.node().map(NodeId::toString).orElseThrow(), deadline);
      case LOST_VOLUME, LOST_PUBLICATION, STRAY_USE, ORPHAN_SNAPSHOT ->
          throw Failure.failedPrecondition(orphan.key() + " is never removed by the controller");
    }
  }
}
