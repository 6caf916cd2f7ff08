package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Puts the flows together; what they share is made here once. */
public final class Flows {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final NodeVolumes volumes;
  private final Background lateJoin;
  private final Background reaper;
  private final BootCleaning bootCleaning;

  /**
   * What an administrator can choose.
   *
   * @param minimumPaths how many paths a stage needs to succeed, at least 1
   * @param lateJoinInterval how often missing paths are looked for
   * @param idleLogout how long a target is unneeded before its sessions end
   */
  public record Options(int minimumPaths, Duration lateJoinInterval, Duration idleLogout) {
    public Options {
      requireNonNull(lateJoinInterval, "lateJoinInterval is null");
      requireNonNull(idleLogout, "idleLogout is null");
    }
  }

  /**
   * @param threads for the parallel parts; must not queue
   */
  public Flows(
      Devices devices,
      Tracking tracking,
      Options options,
      Timings timings,
      Operations operations,
      Executor threads,
      PhaseTimes times,
      Consumer<LateJoin.PathCount> counts) {
    Ticker ticker = Ticker.system();
    DeadPortals dead = new DeadPortals(ticker, timings.deadPortal());
    Logins logins = new Logins(devices.initiator(), dead);
    TargetLocks targets = new TargetLocks();
    VolumeLocks locks = new VolumeLocks();
    Stragglers stragglers = new Stragglers();
    Layers layers = new Layers(devices.mounts());

    MapRemoval mapRemoval = new MapRemoval(devices.maps(), devices.holders(), timings);
    PathRemoval pathRemoval = new PathRemoval(devices, timings, threads);
    AlienPaths aliens = new AlienPaths(devices.maps(), devices.disks(), timings);
    StaleDisks stale = new StaleDisks(devices, tracking, mapRemoval, pathRemoval, aliens);
    PathScan scan = new PathScan(devices.disks(), logins, stale, timings);
    PathBringUp bringUp =
        new PathBringUp(
            logins,
            new PathProbe(devices.disks(), scan, stale, timings, times),
            new PathJoin(devices.disks(), devices.maps(), devices.udev(), timings),
            timings,
            times);

    MapReady mapReady = new MapReady(devices, aliens, timings);
    Attach attach =
        new Attach(
            devices,
            tracking,
            new PathRounds(bringUp, targets, stragglers, dead, logins, threads),
            mapReady,
            new FileSystemStage(devices, tracking, mapReady, layers, times, threads),
            new Undo(devices, mapRemoval, pathRemoval, stragglers),
            layers,
            timings,
            options.minimumPaths());
    LiveCheck liveCheck = new LiveCheck(devices.disks(), aliens, threads);
    Detach detach =
        new Detach(
            devices, tracking, stragglers, mapRemoval, pathRemoval, liveCheck, layers, timings);
    LateJoin joining =
        new LateJoin(
            new PathCensus(devices, tracking),
            bringUp,
            locks,
            targets,
            stragglers,
            backOff(ticker),
            backOff(ticker),
            counts,
            threads);
    Reaper reaping = new Reaper(devices, tracking, targets, ticker, options.idleLogout());

    lateJoin = new Background("late-join", options.lateJoinInterval(), joining::round);
    reaper = new Background("reaper", reaperInterval(options), reaping::round);
    bootCleaning = new BootCleaning(devices, tracking);
    volumes =
        new NodeVolumes(
            operations,
            locks,
            attach,
            detach,
            new Publishing(devices, tracking, layers),
            new Stats(devices, layers, threads),
            lateJoin::poke);
  }

  private static <K> BackOff<K> backOff(Ticker ticker) {
    return new BackOff<>(
        ticker, SHORTEST_PAUSE, LONGEST_PAUSE, () -> ThreadLocalRandom.current().nextDouble());
  }

  private static Duration reaperInterval(Options options) {
    Duration quarter = options.idleLogout().dividedBy(4);
    return quarter.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : quarter;
  }

  public NodeVolumes volumes() {
    return volumes;
  }

  /** To be started once the host is ready. */
  public Background lateJoin() {
    return lateJoin;
  }

  /** To be started once the host is ready. */
  public Background reaper() {
    return reaper;
  }

  /** To be run once, before the first call. */
  public BootCleaning bootCleaning() {
    return bootCleaning;
  }
}
