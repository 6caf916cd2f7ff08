package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A path was lost while another one carried on.
 *
 * @param took from when the path was last known to work until its I/O went over the others; empty
 *     where that is not known
 * @param portal of the path that was lost
 * @param reason why the path guard gave it up, else {@link #BY_KERNEL}
 */
public record Failover(Instant at, Optional<Duration> took, Portal portal, String reason) {
  public static final String BY_KERNEL = "kernel";

  public Failover {
    requireNonNull(at, "at is null");
    requireNonNull(took, "took is null");
    requireNonNull(portal, "portal is null");
    requireNonNull(reason, "reason is null");
  }

  boolean isByKernel() {
    return reason.equals(BY_KERNEL);
  }
}
