package io.mooring.controller.path;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A path was lost while another one carried on.
 *
 * @param at by the node's clock
 * @param took from when the path was last known to work until its I/O went over the others; empty
 *     where the node does not know
 * @param portal of the path that was lost
 * @param reason one word
 */
public record Failover(Instant at, Optional<Duration> took, String portal, String reason) {
  public Failover {
    requireNonNull(at, "at is null");
    requireNonNull(took, "took is null");
    requireNonNull(portal, "portal is null");
    requireNonNull(reason, "reason is null");
  }
}
