package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rest of "one live path is enough": paths that a staged volume lacks are finished here, with
 * pauses that grow while a portal stays dead. A round in which nothing is missing reads sysfs only,
 * and the next one is far unless the kernel tells of devices. It never waits for a volume that a
 * call works on, and steps aside between paths.
 */
public final class LateJoin {
  private static final Logger LOG = LoggerFactory.getLogger(LateJoin.class);
  private static final Duration LOGIN = Duration.ofSeconds(20);
  private static final Duration PATH = Duration.ofSeconds(60);
  private static final Duration AT_REST = Duration.ofSeconds(30);

  private final PathCensus census;
  private final PathBringUp bringUp;
  private final VolumeLocks volumes;
  private final TargetLocks targets;
  private final Stragglers stragglers;
  private final BackOff<TargetPortal> logins;
  private final BackOff<PathKey> paths;
  private final Executor threads;
  private volatile boolean whole;

  /** A path of a volume that is tried now and then. */
  record PathKey(String volumeId, TargetPortal target) {}

  LateJoin(
      PathCensus census,
      PathBringUp bringUp,
      VolumeLocks volumes,
      TargetLocks targets,
      Stragglers stragglers,
      BackOff<TargetPortal> logins,
      BackOff<PathKey> paths,
      Executor threads) {
    this.census = requireNonNull(census, "census is null");
    this.bringUp = requireNonNull(bringUp, "bringUp is null");
    this.volumes = requireNonNull(volumes, "volumes is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.stragglers = requireNonNull(stragglers, "stragglers is null");
    this.logins = requireNonNull(logins, "logins is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.threads = requireNonNull(threads, "threads is null");
  }

  /** One round; the caller repeats it. */
  public void round() {
    List<PathCensus.Entry> missing =
        census.take().stream().filter(entry -> !entry.inMap()).toList();
    logins.retain(missing.stream().map(entry -> entry.route().target()).toList());
    paths.retain(missing.stream().map(LateJoin::key).toList());
    whole = missing.isEmpty();
    if (whole) {
      return;
    }
    logIn(missing);
    add(
        census.take().stream()
            .filter(entry -> !entry.inMap())
            .filter(entry -> entry.session().filter(Session::loggedIn).isPresent())
            .filter(entry -> paths.isDue(key(entry)))
            .toList());
  }

  /** A session that hangs is tried once: a minute for each path over it would keep the others. */
  private void add(List<PathCensus.Entry> missing) {
    Set<TargetPortal> hanging = new HashSet<>();
    for (PathCensus.Entry entry : missing) {
      TargetPortal target = entry.route().target();
      if (!hanging.contains(target) && !answersInTime(entry)) {
        hanging.add(target);
      }
    }
  }

  /**
   * How long to wait for the next round.
   *
   * @param interval the pause while paths are missing
   */
  Duration pause(Duration interval) {
    return whole && interval.compareTo(AT_REST) < 0 ? AT_REST : interval;
  }

  private static PathKey key(PathCensus.Entry entry) {
    return new PathKey(entry.volume().volumeId(), entry.route().target());
  }

  /** A session that is down is iscsid's to bring back; only missing ones are made here. */
  private void logIn(List<PathCensus.Entry> missing) {
    Map<TargetPortal, PathCensus.Entry> absent =
        missing.stream()
            .filter(entry -> entry.session().isEmpty())
            .filter(entry -> logins.isDue(entry.route().target()))
            .collect(
                Collectors.toMap(entry -> entry.route().target(), entry -> entry, (a, b) -> a));
    List<CompletableFuture<Void>> underWay =
        absent.values().stream()
            .map(entry -> CompletableFuture.runAsync(() -> logIn(entry), threads))
            .toList();
    CompletableFuture.allOf(underWay.toArray(new CompletableFuture<?>[0])).join();
  }

  private void logIn(PathCensus.Entry entry) {
    Route route = entry.route();
    Deadline deadline = Deadline.after(LOGIN);
    try (TargetLocks.Held _ = targets.share(route.iqn(), deadline)) {
      if (census.again(entry).isEmpty()) {
        return; // not wanted any more: its portal may be drained already
      }
      Session session = bringUp.session(route, () -> LOG.debug("{} answers", route), deadline);
      LOG.info("{}: session {} is up", route.target(), session.id());
      logins.succeeded(route.target());
    } catch (Failure e) {
      LOG.info("{}: {}", route.target(), e.sentence());
      logins.failed(route.target());
    }
  }

  /**
   * Adds the path, if it can be had.
   *
   * @return false when its session let the whole time pass
   */
  private boolean answersInTime(PathCensus.Entry entry) {
    VolumeId id = entry.volume().id();
    Optional<VolumeLocks.Held> lock = volumes.tryTake(id);
    if (lock.isEmpty()) {
      return true;
    }
    try (VolumeLocks.Held held = lock.get()) {
      // Looked at again under the lock: a call may have changed or taken the volume meanwhile.
      return census
          .again(entry)
          .filter(now -> !now.inMap() && now.session().filter(Session::loggedIn).isPresent())
          .filter(_ -> stragglers.none(id) && !held.wanted())
          .flatMap(now -> add(now, id))
          .filter(failure -> failure.kind() == Kind.DEADLINE_EXCEEDED)
          .isEmpty();
    }
  }

  /** Why the path has not joined. */
  private Optional<Failure> add(PathCensus.Entry entry, VolumeId id) {
    Deadline deadline = Deadline.after(PATH);
    Route route = entry.route();
    try (TargetLocks.Held _ = targets.share(route.iqn(), deadline)) {
      Hctl disk =
          bringUp.path(
              entry.session().orElseThrow(),
              route,
              entry.volume().context(),
              new LoudNotes(id),
              deadline);
      LOG.info("{}: path {} over {} has joined", id, disk, route);
      paths.succeeded(key(entry));
      return Optional.empty();
    } catch (Failure e) {
      LOG.warn("{}: no path over {} yet: {}", id, route, e.sentence());
      paths.failed(key(entry));
      return Optional.of(e);
    }
  }
}
