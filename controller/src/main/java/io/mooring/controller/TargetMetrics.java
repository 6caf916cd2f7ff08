package io.mooring.controller;

import io.mooring.runtime.metrics.Metrics;
import java.util.Map;

/** Which storage targets answer, for Prometheus; a replica that does not lead shows none. */
final class TargetMetrics {
  private volatile Map<String, Boolean> answering = Map.of();

  TargetMetrics(Metrics metrics) {
    metrics.levels(
        "mooring_target_up",
        "1 for a storage target whose agent answers the leader.",
        series -> answering.forEach((target, up) -> series.add(up ? 1 : 0, target)),
        "target");
  }

  /** Replaces what was known, by name. */
  void show(Map<String, Boolean> now) {
    answering = Map.copyOf(now);
  }
}
