package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All routes of a volume tried at the same time, each on its own thread, with no barrier between
 * the steps: the first live one suffices, and nobody waits for a dead one.
 */
final class PathRound {
  private static final Logger LOG = LoggerFactory.getLogger(PathRound.class);

  private final VolumeId id;
  private final PublishContext volume;
  private final List<PathAttempt> attempts;
  private final PathBringUp bringUp;
  private final TargetLocks targets;
  private final Stragglers stragglers;
  private final Object changed = new Object();
  private boolean closed;
  private long startNanos;
  private long firstNanos;

  PathRound(
      VolumeId id,
      PublishContext volume,
      List<Route> routes,
      PathBringUp bringUp,
      TargetLocks targets,
      Stragglers stragglers) {
    this.id = requireNonNull(id, "id is null");
    this.volume = requireNonNull(volume, "volume is null");
    this.attempts = routes.stream().map(PathAttempt::new).toList();
    this.bringUp = requireNonNull(bringUp, "bringUp is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
  }

  void start(Executor threads, Deadline deadline) {
    startNanos = deadline.ticker().nanos();
    for (PathAttempt attempt : attempts) {
      threads.execute(() -> run(attempt, deadline));
    }
  }

  private void run(PathAttempt attempt, Deadline deadline) {
    try (TargetLocks.Held _ = targets.share(attempt.route().iqn(), deadline)) {
      Session session = bringUp.session(attempt.route(), () -> signal(attempt::answered), deadline);
      handle(attempt, session, deadline);
    } catch (Failure e) {
      LOG.info("{}: no path over {}: {}", id, attempt.route(), e.sentence());
      signal(() -> attempt.failed(e));
    } catch (RuntimeException e) {
      LOG.error("{}: no path over {}", id, attempt.route(), e);
      signal(() -> attempt.failed(Failure.internal(attempt.route() + ": see the log", e)));
    } catch (Error e) {
      signal(() -> attempt.failed(Failure.internal(attempt.route() + ": see the log", e)));
      throw e;
    }
  }

  private void handle(PathAttempt attempt, Session session, Deadline deadline) {
    if (!enter()) {
      throw Failure.unavailable(attempt.route() + " came up late; the background goes on with it");
    }
    try {
      bringUp.path(session, attempt.route(), volume, attempt, deadline);
      signal(attempt::joined);
    } finally {
      stragglers.leave(id);
    }
  }

  /** From here on an attempt handles devices; none begins to once the round is closed. */
  private boolean enter() {
    synchronized (changed) {
      if (!closed) {
        stragglers.enter(id);
      }
      return !closed;
    }
  }

  private void signal(Runnable change) {
    synchronized (changed) {
      change.run();
      changed.notifyAll();
    }
  }

  /** Ends the round: whoever is not at the devices yet will not get there. */
  void close() {
    synchronized (changed) {
      closed = true;
    }
  }

  /**
   * Returns when there is a path in the map.
   *
   * @throws Failure when every route has ended without one, or the time is up
   */
  void awaitFirst(Deadline deadline) {
    await(deadline, () -> joined() > 0 || unsettled(true) == 0);
    if (joined() == 0) {
      throw noPath();
    }
    firstNanos = deadline.ticker().nanos();
  }

  /**
   * Waits for routes whose portals answer, at most for the grace, which began with the first path.
   * Whether a portal answers is known soon after the start.
   */
  void awaitAnswering(Duration probe, Duration grace, Deadline deadline) {
    await(since(startNanos, probe, deadline), () -> silent() == 0);
    await(since(firstNanos, grace, deadline), () -> unsettled(false) == 0);
  }

  private static Deadline since(long nanos, Duration duration, Deadline deadline) {
    Duration left = duration.minusNanos(deadline.ticker().nanos() - nanos);
    return deadline.atMost(left.isNegative() ? Duration.ZERO : left);
  }

  long joined() {
    return attempts.stream().filter(a -> a.state() == PathAttempt.State.JOINED).count();
  }

  private long unsettled(boolean silentOnes) {
    return attempts.stream()
        .filter(a -> !a.ended())
        .filter(a -> silentOnes || a.state() != PathAttempt.State.SILENT)
        .count();
  }

  private long silent() {
    return attempts.stream().filter(a -> a.state() == PathAttempt.State.SILENT).count();
  }

  /** The disks that this round may have made. */
  Set<Hctl> created() {
    return attempts.stream()
        .flatMap(attempt -> attempt.created().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Fails when a route led to another volume: then the target's mapping is not to be trusted, even
   * where another route led to the right one.
   */
  void requireNoWrongDisk() {
    attempts.stream()
        .flatMap(attempt -> attempt.wrongDisk().stream())
        .findFirst()
        .ifPresent(failure -> {
          throw failure;
        });
  }

  private Failure noPath() {
    List<Failure> failures = attempts.stream().flatMap(a -> a.failure().stream()).toList();
    String why = failures.stream().map(Failure::sentence).collect(Collectors.joining("; "));
    if (why.isEmpty()) {
      return Failure.unavailable(id + ": no portal has answered yet; check the path networks");
    }
    return new Failure(
        failures.stream().map(Failure::kind).max(PathRound::byWeight).orElse(Kind.UNAVAILABLE),
        id + ": no path: " + why);
  }

  /** The failure that needs somebody to act outweighs one that may pass by itself. */
  private static int byWeight(Kind one, Kind other) {
    return Integer.compare(weight(one), weight(other));
  }

  private static int weight(Kind kind) {
    return switch (kind) {
      case INTERNAL -> 3;
      case FAILED_PRECONDITION, PERMISSION_DENIED, INVALID_ARGUMENT -> 2;
      case UNAVAILABLE -> 1;
      case NOT_FOUND,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DEADLINE_EXCEEDED ->
          0;
    };
  }

  private void await(Deadline deadline, BooleanSupplier reached) {
    synchronized (changed) {
      while (!reached.getAsBoolean() && !deadline.expired()) {
        try {
          TimeUnit.NANOSECONDS.timedWait(changed, Math.max(1, deadline.remaining().toNanos()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw Failure.unavailable("the process is stopping; try again when it is back");
        }
      }
    }
  }
}
