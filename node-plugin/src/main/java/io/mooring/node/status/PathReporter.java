package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.volume.Departures;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Tracking;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.time.Background;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Knows how the paths of the staged volumes are and what their last failover was, and tells when
 * that has changed.
 */
public final class PathReporter {
  /** While a path is not as it should be. */
  private static final Duration WATCHFUL = Duration.ofSeconds(3);

  /** What changes is told of by the kernel; this is for what it forgets. */
  private static final Duration AT_REST = Duration.ofSeconds(10);

  /** The kernel's own timers are over by then; what was held back before is another story. */
  private static final Duration KERNEL_AT_MOST = Duration.ofMinutes(1);

  private final PathView view;
  private final GuardRecord guard;
  private final InstantSource clock;
  private final LookNotes notes;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<VolumeId, Instant> since = new HashMap<>(); // only on the loop
  private volatile Optional<List<VolumePaths>> known = Optional.empty();
  private volatile Duration pause = WATCHFUL;

  /**
   * @param notes hears of each look
   */
  public PathReporter(
      Devices devices,
      Tracking tracking,
      Departures departures,
      GuardRecord guard,
      InstantSource clock,
      LookNotes notes) {
    this.view = new PathView(devices, tracking, departures);
    this.guard = requireNonNull(guard, "guard is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.notes = requireNonNull(notes, "notes is null");
  }

  /** Looks again and again, once it is started; poke it when there may be news. */
  public Background loop() {
    return new Background("path-report", () -> pause, this::round);
  }

  /** Calls that after each change; it must not wait. */
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** Every staged volume in the order of their ids; empty before the first look. */
  public Optional<List<VolumePaths>> known() {
    return known;
  }

  /** One look; the loop repeats it. */
  void round() {
    Instant now = clock.instant();
    Map<VolumeId, VolumePaths> before = new HashMap<>();
    known.orElse(List.of()).forEach(paths -> before.put(paths.volume(), paths));
    PathsSeen seen = view.look();
    pause = seen.settled() ? AT_REST : WATCHFUL;
    notes.seen(seen);
    since.keySet().retainAll(seen.volumes().stream().map(VolumePaths::volume).toList());
    List<VolumePaths> fresh =
        seen.volumes().stream()
            .map(paths -> {
              since.putIfAbsent(paths.volume(), now);
              return paths.with(
                  lastFailover(Optional.ofNullable(before.get(paths.volume())), paths, now));
            })
            .toList();
    fresh.stream()
        .flatMap(paths -> paths.lastFailover().stream())
        .filter(failover -> failover.at().equals(now) && failover.isByKernel())
        .distinct()
        .forEach(notes::failedOverByKernel);
    if (!known.equals(Optional.of(fresh))) {
      known = Optional.of(fresh);
      listeners.forEach(Runnable::run);
    }
  }

  private Optional<Failover> lastFailover(
      Optional<VolumePaths> before, VolumePaths now, Instant when) {
    Instant first = since.getOrDefault(now.volume(), when);
    Stream<Failover> byGuard =
        now.paths().stream()
            .flatMap(path -> guard.act(path.target()).stream())
            .filter(act -> !act.at().isBefore(first));
    Optional<Failover> known = before.flatMap(VolumePaths::lastFailover);
    Optional<Failover> newest =
        Stream.concat(known.stream(), byGuard).max(Comparator.comparing(Failover::at));
    if (!newest.equals(known)) {
      return newest;
    }
    return before.flatMap(earlier -> byKernel(earlier, now, when)).or(() -> known);
  }

  /** A path that has failed without the guard or an order, while another one is there. */
  private Optional<Failover> byKernel(VolumePaths before, VolumePaths now, Instant when) {
    if (now.ready().isEmpty()) {
      return Optional.empty();
    }
    return before.ready().stream()
        .filter(path -> !isReady(now, path))
        .filter(path -> now.expects(path.target()))
        .filter(path -> !isTheGuards(path, before, when))
        .findFirst()
        .map(path ->
            new Failover(when, took(path, when), path.target().portal(), Failover.BY_KERNEL));
  }

  private static boolean isReady(VolumePaths paths, PathStatus path) {
    return paths.ready().stream().anyMatch(other -> other.target().equals(path.target()));
  }

  /** The guard gives up at once what is seen here a moment later. */
  private boolean isTheGuards(PathStatus path, VolumePaths before, Instant when) {
    return guard
        .act(path.target())
        .filter(act -> Optional.of(act).equals(before.lastFailover()))
        .filter(act -> act.at().plus(KERNEL_AT_MOST).isAfter(when))
        .isPresent();
  }

  private Optional<Duration> took(PathStatus path, Instant when) {
    return guard
        .heldSince(path.target())
        .map(held -> Duration.between(held, when))
        .filter(took -> !took.isNegative() && took.compareTo(KERNEL_AT_MOST) <= 0);
  }
}
