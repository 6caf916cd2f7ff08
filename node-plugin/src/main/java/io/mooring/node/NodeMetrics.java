package io.mooring.node;

import io.mooring.node.guard.GuardNotes;
import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import io.mooring.node.heal.Ailment;
import io.mooring.node.heal.HealNotes;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.status.Failover;
import io.mooring.node.status.LookNotes;
import io.mooring.node.status.PathStatus;
import io.mooring.node.status.PathsSeen;
import io.mooring.node.status.VolumePaths;
import io.mooring.node.volume.PhaseTimes;
import io.mooring.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What this node tells Prometheus beside its calls. */
final class NodeMetrics implements PhaseTimes, GuardNotes, HealNotes, LookNotes {
  private static final List<String> PHASES =
      List.of("login", "scan", "identity", "map", "decrypt", "passphrase", "fsck", "mkfs", "mount");

  private final Metrics.Durations phases;
  private final Metrics.Level volumes;
  private final Metrics.Level expected;
  private final Metrics.Level ready;
  private final Metrics.Level sessions;
  private final Metrics.Count guardActs;
  private final Metrics.Count kernelFailovers;
  private final Metrics.Durations failovers;
  private final Metrics.Count guardHolds;
  private final Metrics.Count guardReturns;
  private final Metrics.Level guarded;
  private final Metrics.Count heals;
  private final Metrics.Level ailments;
  private final Metrics.Count commands;
  private volatile List<VolumePaths> known = List.of();

  NodeMetrics(Metrics metrics) {
    List<String> reasons = Arrays.stream(Reason.values()).map(Reason::label).toList();
    phases =
        metrics.durations(
            "mooring_node_attach_phase_duration_seconds",
            "How long the steps of attaches took.",
            "phase",
            PHASES);
    volumes = metrics.level("mooring_node_staged_volumes", "Volumes staged on this node.");
    expected =
        metrics.level("mooring_node_paths_expected", "Paths that the staged volumes should have.");
    ready =
        metrics.level("mooring_node_paths_ready", "Paths of the staged volumes that I/O can take.");
    metrics.levels(
        "mooring_path_up",
        "1 while I/O of a staged volume can take its path over that portal.",
        this::tellPaths,
        "namespace",
        "persistentvolumeclaim",
        "volume",
        "portal");
    sessions = metrics.level("mooring_iscsi_sessions", "Mooring's sessions on this node.", "state");
    guardActs =
        metrics.count(
            "mooring_path_guard_acts",
            "Dead paths that the path guard has given up.",
            "reason",
            reasons);
    kernelFailovers =
        metrics.count(
            "mooring_path_kernel_failovers",
            "Paths that kernel or multipathd gave up by themselves while another one carried on.");
    failovers =
        metrics.durations(
            "mooring_path_failover_duration_seconds",
            "How long after its first sign of trouble a path was given up, where that is known.",
            "reason",
            Stream.concat(reasons.stream(), Stream.of(Failover.BY_KERNEL)).toList());
    guardHolds =
        metrics.count(
            "mooring_path_guard_held_back",
            "Dead paths that the path guard has left to the kernel's own timers.",
            "why",
            Arrays.stream(Hold.values()).map(Hold::label).toList());
    guardReturns =
        metrics.count(
            "mooring_path_guard_returns", "Paths that were given up and are logged in again.");
    guarded = metrics.level("mooring_path_guard_watched_paths", "Paths that are watched now.");
    heals =
        metrics.count(
            "mooring_node_heals",
            "What the healer has put right.",
            "kind",
            Arrays.stream(Ailment.values()).map(Ailment::label).toList());
    ailments =
        metrics.level(
            "mooring_node_ailments", "What the healer finds wrong and cannot put right.", "kind");
    commands = metrics.count("mooring_node_commands", "Programs of the host that were run.");
  }

  @Override
  public void took(String phase, Duration duration) {
    phases.add(duration, phase);
  }

  @Override
  public void gaveUp(Session path, Reason reason, Duration after) {
    guardActs.increment(reason.label());
    failovers.add(after, reason.label());
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

  @Override
  public void healed(Ailment what) {
    heals.increment(what.label());
  }

  @Override
  public void present(Map<Ailment, Long> found) {
    for (Ailment kind : Ailment.values()) {
      ailments.set(found.getOrDefault(kind, 0L), kind.label());
    }
  }

  /** A program of the host is run. */
  void ran() {
    commands.increment();
  }

  @Override
  public void failedOverByKernel(Failover failover) {
    kernelFailovers.increment();
    failover.took().ifPresent(took -> failovers.add(took, failover.reason()));
  }

  /** Replaces what was known of paths and sessions. */
  @Override
  public void seen(PathsSeen now) {
    known = now.volumes();
    volumes.set(known.size());
    expected.set(known.stream().mapToInt(VolumePaths::expected).sum());
    ready.set(known.stream().mapToInt(volume -> volume.ready().size()).sum());
    for (SessionState state : SessionState.values()) {
      sessions.set(
          (double) now.sessions().stream().filter(state::equals).count(),
          state.name().toLowerCase(Locale.ROOT));
    }
  }

  /** Two targets may share an address, and two series of the same labels would be refused. */
  private void tellPaths(Metrics.Series series) {
    Map<List<String>, Boolean> up = new HashMap<>();
    for (VolumePaths volume : known) {
      for (PathStatus path : volume.paths()) {
        if (path.expected()) {
          List<String> labels =
              List.of(
                  volume.claim().namespace(),
                  volume.claim().name(),
                  volume.volume().toString(),
                  path.target().portal().toString());
          up.merge(labels, path.ready(), Boolean::logicalAnd);
        }
      }
    }
    up.forEach((labels, is) -> series.add(is ? 1 : 0, labels.toArray(String[]::new)));
  }
}
