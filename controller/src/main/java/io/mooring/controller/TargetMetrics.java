package io.mooring.controller;

import io.mooring.runtime.metrics.Metrics;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which storage targets answer, for Prometheus; a replica that does not lead shows none. And when
 * the certificates end that agents have shown to this replica.
 */
final class TargetMetrics {
  private volatile Map<String, Boolean> answering = Map.of();

  /**
   * @param certificateEnds by target
   */
  TargetMetrics(Metrics metrics, Supplier<Map<String, Instant>> certificateEnds) {
    metrics.levels(
        "mooring_target_up",
        "1 for a storage target whose agent answers the leader.",
        series -> answering.forEach((target, up) -> series.add(up ? 1 : 0, target)),
        "target");
    metrics.levels(
        "mooring_target_certificate_expires_timestamp_seconds",
        "When the certificate ends that the agent has shown last.",
        series ->
            certificateEnds
                .get()
                .forEach((target, end) -> series.add((double) end.getEpochSecond(), target)),
        "target");
  }

  /** Replaces what was known, by name. */
  void show(Map<String, Boolean> now) {
    answering = Map.copyOf(now);
  }
}
