package io.mooring.node;

import io.mooring.node.guard.GuardNotes;
import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import io.mooring.node.iscsi.Session;
import io.mooring.node.volume.LateJoin;
import io.mooring.node.volume.PhaseTimes;
import io.mooring.runtime.metrics.Metrics;
import java.time.Duration;

/** What this node tells Prometheus beside its calls. */
final class NodeMetrics implements PhaseTimes, GuardNotes {
  private final Metrics.Durations phases;
  private final Metrics.Level volumes;
  private final Metrics.Level expected;
  private final Metrics.Level ready;
  private final Metrics.Count guardActs;
  private final Metrics.Count guardHolds;
  private final Metrics.Count guardReturns;
  private final Metrics.Level guarded;

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
    guardActs =
        metrics.count(
            "mooring_path_guard_acts", "Dead paths that the path guard has given up.", "reason");
    guardHolds =
        metrics.count(
            "mooring_path_guard_held_back",
            "Dead paths that the path guard has left to the kernel's own timers.",
            "why");
    guardReturns =
        metrics.count(
            "mooring_path_guard_returns", "Paths that were given up and are logged in again.");
    guarded = metrics.level("mooring_path_guard_watched_paths", "Paths that are watched now.");
  }

  @Override
  public void took(String phase, Duration duration) {
    phases.add(duration, phase);
  }

  @Override
  public void gaveUp(Session path, Reason reason) {
    guardActs.increment(reason.label());
  }

  @Override
  public void heldBack(Session path, Hold why) {
    guardHolds.increment(why.label());
  }

  @Override
  public void cameBack(Session path) {
    guardReturns.increment();
  }

  @Override
  public void watching(int paths) {
    guarded.set(paths);
  }

  void count(LateJoin.PathCount paths) {
    volumes.set(paths.volumes());
    expected.set(paths.expected());
    ready.set(paths.ready());
  }
}
