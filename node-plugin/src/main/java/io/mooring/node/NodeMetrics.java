package io.mooring.node;

import io.mooring.node.volume.LateJoin;
import io.mooring.node.volume.PhaseTimes;
import io.mooring.runtime.metrics.Metrics;
import java.time.Duration;

/** What this node tells Prometheus beside its calls. */
final class NodeMetrics implements PhaseTimes {
  private final Metrics.Durations phases;
  private final Metrics.Level volumes;
  private final Metrics.Level expected;
  private final Metrics.Level ready;

  NodeMetrics(Metrics metrics) {
    phases =
        metrics.durations(
            "mooring_node_attach_phase_duration_seconds",
            "How long the steps of attaches took.",
            "phase");
    volumes = metrics.level("mooring_node_staged_volumes", "Volumes staged on this node.");
    expected =
        metrics.level("mooring_node_paths_expected", "Paths that the staged volumes should have.");
    ready =
        metrics.level(
            "mooring_node_paths_ready",
            "Paths of the staged volumes that are in their maps, with their sessions up.");
  }

  @Override
  public void took(String phase, Duration duration) {
    phases.add(duration, phase);
  }

  void count(LateJoin.PathCount paths) {
    volumes.set(paths.volumes());
    expected.set(paths.expected());
    ready.set(paths.ready());
  }
}
