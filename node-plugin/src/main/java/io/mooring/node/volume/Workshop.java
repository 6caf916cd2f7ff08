package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the flows of one process, which share what is made once here. */
final class Workshop {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration REFUSED = Duration.ofSeconds(60);

  private final Devices devices;
  private final LoginSecrets secrets;
  private final Tracking tracking;
  private final Timings timings;
  private final Executor threads;
  private final PhaseTimes times;
  private final Ticker ticker = Ticker.system();
  private final TargetLocks targets = new TargetLocks();
  private final VolumeLocks locks = new VolumeLocks();
  private final Stragglers stragglers = new Stragglers();
  private final DeadPortals dead;
  private final Logins logins;
  private final Layers layers;
  private final Throttle throttle;
  private final HeavyWork heavy;
  private final CryptLayer crypt;
  private final PathCensus census;
  private final FileSystemGrowth fileSystemGrowth;
  private final PathExit pathExit;
  private final AlienPaths aliens;
  private final PathRemoval pathRemoval;
  private final Dismantling dismantling;
  private final PathBringUp bringUp;

  Workshop(
      Devices devices,
      LoginSecrets secrets,
      Tracking tracking,
      Timings timings,
      Executor threads,
      PhaseTimes times) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.threads = requireNonNull(threads, "threads is null");
    this.times = requireNonNull(times, "times is null");
    dead = new DeadPortals(ticker, timings.deadPortal());
    this.secrets = requireNonNull(secrets, "secrets is null");
    logins = new Logins(devices.initiator(), dead, new RefusedLogins(ticker, REFUSED), secrets);
    layers = new Layers(devices.mounts());
    throttle = new Throttle(devices.pods(), layers);
    heavy = new HeavyWork(times);
    crypt = new CryptLayer(devices, tracking, heavy, timings);
    census = new PathCensus(devices, tracking);
    fileSystemGrowth = new FileSystemGrowth(devices.fileSystems());
    pathExit = new PathExit(devices.maps(), devices.disks(), timings);
    aliens = new AlienPaths(devices.maps(), pathExit);
    MapRemoval mapRemoval = new MapRemoval(devices.maps(), devices.holders(), timings);
    pathRemoval = new PathRemoval(devices, timings, threads);
    dismantling = new Dismantling(devices.maps(), mapRemoval, pathRemoval);
    StaleDisks stale = new StaleDisks(devices, tracking, mapRemoval, pathRemoval, aliens);
    PathScan scan = new PathScan(devices.disks(), logins, stale, timings);
    bringUp =
        new PathBringUp(
            logins,
            new PathProbe(devices.disks(), scan, stale, timings, times),
            new PathJoin(devices.disks(), devices.maps(), devices.udev(), timings),
            timings,
            times);
  }

  VolumeLocks locks() {
    return locks;
  }

  Attach attach(int minimumPaths) {
    MapReady mapReady = new MapReady(devices, aliens, timings);
    return new Attach(
        devices,
        tracking,
        new PathRounds(bringUp, targets, stragglers, dead, logins, threads),
        mapReady,
        crypt,
        fileSystemStage(mapReady),
        new Undo(devices, tracking, detach(), dismantling, pathRemoval, stragglers),
        layers,
        timings,
        minimumPaths);
  }

  private FileSystemStage fileSystemStage(MapReady mapReady) {
    return new FileSystemStage(
        devices,
        tracking,
        mapReady,
        new OwnFsid(devices, timings),
        fileSystemGrowth,
        layers,
        heavy,
        timings,
        times,
        threads);
  }

  Detach detach() {
    return new Detach(
        devices,
        tracking,
        stragglers,
        dismantling,
        pathRemoval,
        liveCheck(),
        layers,
        new UnmountProof(devices, timings),
        crypt,
        timings);
  }

  private LiveCheck liveCheck() {
    return new LiveCheck(devices.disks(), aliens, threads, timings);
  }

  Expansion expansion() {
    return new Expansion(
        devices,
        tracking,
        layers,
        new DeadPaths(devices, timings, pathExit, pathRemoval),
        new MapGrowth(devices.disks(), devices.maps(), timings, threads),
        crypt,
        fileSystemGrowth);
  }

  Publishing publishing() {
    MapReady mapReady = new MapReady(devices, aliens, timings);
    Revival revival =
        new Revival(
            devices,
            tracking,
            layers,
            new Stopped(devices.fileSystems()),
            liveCheck(),
            mapReady,
            new UnmountProof(devices, timings),
            fileSystemStage(mapReady),
            timings);
    return new Publishing(devices, tracking, layers, crypt, throttle, revival);
  }

  Limits limits() {
    return new Limits(devices, tracking, locks, crypt, throttle, backOff());
  }

  Health health() {
    return new Health(devices, tracking, layers, crypt, census, new Stopped(devices.fileSystems()));
  }

  Stats stats() {
    return new Stats(devices, layers, crypt, threads);
  }

  LateJoin lateJoin() {
    return new LateJoin(census, bringUp, locks, targets, stragglers, backOff(), backOff(), threads);
  }

  Reaper reaper(Duration idle) {
    return new Reaper(devices, tracking, targets, ticker, idle);
  }

  ChapRotation chapRotation() {
    return new ChapRotation(secrets, devices.initiator(), renewal(), backOff());
  }

  private SessionRenewal renewal() {
    return new SessionRenewal(
        devices,
        tracking,
        new VolumesOfTarget(tracking, locks),
        logins,
        pathsOfSession(),
        bringUp,
        targets,
        timings);
  }

  Drain drain(Departures departures) {
    return new Drain(
        devices,
        tracking,
        pathsOfSession(),
        new VolumesOfTarget(tracking, locks),
        targets,
        departures,
        backOff());
  }

  private PathsOfSession pathsOfSession() {
    PathQuiet quiet = new PathQuiet(devices.maps(), devices.disks(), timings);
    return new PathsOfSession(devices, quiet, pathExit, pathRemoval);
  }

  Repairs repairs() {
    return new Repairs(
        devices,
        tracking,
        locks,
        targets,
        stragglers,
        logins,
        aliens,
        pathExit,
        renewal(),
        new OrphanRemoval(devices, tracking, locks, targets, dismantling, pathRemoval, layers));
  }

  BootCleaning bootCleaning() {
    return new BootCleaning(devices, tracking);
  }

  private <K> BackOff<K> backOff() {
    return new BackOff<>(
        ticker, SHORTEST_PAUSE, LONGEST_PAUSE, () -> ThreadLocalRandom.current().nextDouble());
  }
}
