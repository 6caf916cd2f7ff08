package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When what is compared, and how long a disagreement is only looked at.
 *
 * @param interval between two looks
 * @param standing for how long a disagreement is taken for a change under way
 * @param quarantine after it was first seen, before anything is removed
 */
public record Times(Duration interval, Duration standing, Duration quarantine) {
  public Times {
    requireNonNull(interval, "interval is null");
    requireNonNull(standing, "standing is null");
    requireNonNull(quarantine, "quarantine is null");
  }
}
