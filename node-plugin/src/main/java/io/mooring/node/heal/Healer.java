package io.mooring.node.heal;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.linux.DeviceEvents;
import io.mooring.node.volume.Devices;
import io.mooring.node.volume.Repairs;
import io.mooring.node.volume.Tracking;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through all that can be wrong with the volumes in use when the kernel tells of devices,
 * soon again while something is suspicious, and now and then in any case. While all is well a round
 * reads sysfs and asks multipathd one question: no process, no I/O. Used by one thread.
 */
public final class Healer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Healer.class);
  private static final Duration LISTENING = Duration.ofSeconds(1);

  /** Events come in bursts. */
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  /** Nor may looks take more than this part of a storm: others look when this one does. */
  private static final int SHARE = 10;

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration AT_REST = Duration.ofSeconds(30);

  private final Devices devices;
  private final Tracking tracking;
  private final DeviceEvents events;
  private final Runnable whenNews;
  private final Ticker ticker;
  private final HealLog log;
  private final List<Step> steps;
  private Duration apart = SHORTEST;
  private Duration pause = Duration.ZERO;
  private long lookedAt;
  private boolean deaf;

  /**
   * @param whenNews told when the kernel tells of devices, at most every two seconds, and less
   *     often where looks take long; must not wait
   */
  public Healer(
      Devices devices,
      SessionControl control,
      Tracking tracking,
      Repairs repairs,
      DeviceEvents events,
      Runnable whenNews,
      HealNotes notes,
      Ticker ticker) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.events = requireNonNull(events, "events is null");
    this.whenNews = requireNonNull(whenNews, "whenNews is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.log = new HealLog(notes, ticker);
    this.lookedAt = ticker.nanos() - SHORTEST.toNanos();
    // What could harm data first; a path is taken out before a failed one is reinstated.
    this.steps =
        List.of(
            new AlienSlaves(devices, repairs),
            new SmallPaths(devices, repairs),
            new RecoveryTime(control, ticker),
            new SuspendedMaps(devices.maps(), repairs, ticker),
            new OfflineDisks(devices, repairs),
            new FailedPaths(devices, repairs, ticker),
            new UnseenDisks(devices, ticker),
            new LostRecords(devices.initiator(), repairs),
            new StuckSessions(devices.initiator(), repairs, ticker),
            new Orphans(devices.disks(), repairs, ticker),
            new StoppedFileSystems(devices.mounts(), devices.fileSystems()),
            new VolumesWithoutPath(devices.maps()));
  }

  /** What is to be repeated, to be started once the host is ready; a round waits by itself. */
  public Background loop() {
    return new Background("healer", Duration.ZERO, this::round);
  }

  /** Listens for a moment, and looks when it is time. */
  void round() {
    boolean news = listen();
    long since = ticker.nanos() - lookedAt;
    if (news) {
      if (since < apart.toNanos()) {
        ticker.pause(apart.minusNanos(since));
      }
      whenNews.run();
    }
    if (news || since >= pause.toNanos()) {
      look();
    }
  }

  private boolean listen() {
    try {
      boolean news = events.await(LISTENING);
      deaf = false;
      return news;
    } catch (Failure e) {
      if (!deaf) {
        deaf = true;
        LOG.warn("the healer looks now and then only: {}", e.sentence());
      }
      ticker.pause(LISTENING);
      return false;
    }
  }

  private void look() {
    long began = ticker.nanos();
    Look look = new Look(devices, tracking);
    for (Step step : steps) {
      try {
        step.run(look, log);
      } catch (Failure e) {
        LOG.warn("{}: {}", step.getClass().getSimpleName(), e.sentence());
      } catch (RuntimeException e) {
        // A mistake of ours in one step must not keep the others from their work.
        LOG.error("{} has failed", step.getClass().getSimpleName(), e);
      }
    }
    pause = log.end() ? SOON : AT_REST;
    lookedAt = ticker.nanos();
    apart =
        Duration.ofNanos(
            Math.clamp((lookedAt - began) * SHARE, SHORTEST.toNanos(), LONGEST.toNanos()));
  }

  @Override
  public void close() {
    events.close();
  }
}
