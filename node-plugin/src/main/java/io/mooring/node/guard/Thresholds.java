package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a path is dead.
 *
 * @param silence how long nothing was heard although data wait for an acknowledgement and were sent
 *     again at least once
 * @param carrierHold how long the link has had no carrier
 */
public record Thresholds(Duration silence, Duration carrierHold) {
  /** The defaults; measured, see docs/features/path-guard.md. */
  public static final Thresholds STANDARD =
      new Thresholds(Duration.ofMillis(600), Duration.ofMillis(100));

  public Thresholds {
    requireNonNull(silence, "silence is null");
    requireNonNull(carrierHold, "carrierHold is null");
  }

  /**
   * The silence that a path is given which has lost packets lately: there several losses in a row
   * are chance, not death.
   */
  public Duration silenceOfLossy() {
    return silence.multipliedBy(5).dividedBy(2);
  }

  /** From which silence on a path is no longer counted on as another path's replacement. */
  public Duration doubt() {
    return silence.dividedBy(2);
  }
}
