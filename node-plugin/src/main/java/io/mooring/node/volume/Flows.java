package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Background;
import java.time.Duration;
import java.util.concurrent.Executor;

/** The flows of one process: the volumes for callers, and the loops beside them. */
public final class Flows {
  private static final Duration LIMITING = Duration.ofSeconds(30);

  private final NodeVolumes volumes;
  private final Background lateJoin;
  private final Background reaper;
  private final Limits limits;
  private final Background limiting;
  private final Background chapRotation;
  private final Departures departures;
  private final Background drain;
  private final BootCleaning bootCleaning;
  private final Repairs repairs;

  /**
   * What an administrator can choose.
   *
   * @param minimumPaths how many paths a stage needs to succeed, at least 1
   * @param lateJoinInterval how often it is tried to bring missing paths up
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
      LoginSecrets secrets,
      Tracking tracking,
      Options options,
      Timings timings,
      Operations operations,
      Executor threads,
      PhaseTimes times) {
    Workshop workshop = new Workshop(devices, secrets, tracking, timings, threads, times);
    LateJoin joining = workshop.lateJoin();
    Reaper reaping = workshop.reaper(options.idleLogout());
    lateJoin =
        new Background(
            "late-join", () -> joining.pause(options.lateJoinInterval()), joining::round);
    reaper = new Background("reaper", reaperInterval(options), reaping::round);
    limits = workshop.limits();
    limiting = new Background("limits", LIMITING, limits::round);
    ChapRotation rotating = workshop.chapRotation();
    chapRotation = new Background("chap-rotation", options.lateJoinInterval(), rotating::round);
    departures = new Departures(tracking.portals().all());
    drain = new Background("drain", options.lateJoinInterval(), workshop.drain(departures)::round);
    bootCleaning = workshop.bootCleaning();
    repairs = workshop.repairs();
    volumes =
        new NodeVolumes(
            operations,
            workshop.locks(),
            workshop.attach(options.minimumPaths()),
            workshop.detach(),
            workshop.expansion(),
            workshop.publishing(),
            workshop.stats(),
            workshop.health(),
            lateJoin::poke);
  }

  private static Duration reaperInterval(Options options) {
    Duration quarter = options.idleLogout().dividedBy(4);
    return quarter.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : quarter;
  }

  public NodeVolumes volumes() {
    return volumes;
  }

  /** To be started once the host is ready; poke it when the kernel tells of devices. */
  public Background lateJoin() {
    return lateJoin;
  }

  /** To be started once the host is ready. */
  public Background reaper() {
    return reaper;
  }

  /** For whoever hears of new limits of a volume. */
  public Limits limits() {
    return limits;
  }

  /** To be started once the host is ready. */
  public Background limiting() {
    return limiting;
  }

  /** To be started once the host is ready; poke it when the secrets have changed. */
  public Background chapRotation() {
    return chapRotation;
  }

  /** To be started once the host is ready; poke it when there is an order about portals. */
  public Background drain() {
    return drain;
  }

  /** How far portals are on their way out. */
  public Departures departures() {
    return departures;
  }

  /** To be run once, before the first call. */
  public BootCleaning bootCleaning() {
    return bootCleaning;
  }

  /** For whoever puts right what is not as it should be. */
  public Repairs repairs() {
    return repairs;
  }
}
