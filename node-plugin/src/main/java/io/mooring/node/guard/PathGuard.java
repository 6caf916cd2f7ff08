package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.iscsi.login.Reinstatement;
import io.mooring.node.multipath.Maps;
import io.mooring.node.network.Network;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the paths of our sessions and has dead ones given up. A round waits for news of a link or
 * for the next look, whichever is first; without sessions it reads one directory of sysfs a second.
 * Used by one thread.
 */
public final class PathGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PathGuard.class);

  /** How often to look while data are under way, while none are, and while there is no session. */
  private static final Duration IN_USE = Duration.ofMillis(100);

  private static final Duration IDLE = Duration.ofMillis(250);
  private static final Duration NOTHING_THERE = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);
  private static final Duration TIDYING = Duration.ofSeconds(10);

  /** News of links come in bursts. */
  private static final Duration SHORTEST = Duration.ofMillis(20);

  private static final long SESSIONS_NANOS = Duration.ofMillis(500).toNanos();

  private final SessionControl control;
  private final Network network;
  private final Options options;
  private final GuardNotes notes;
  private final Ticker ticker;
  private final RecoveryTimes recovery;
  private final Asking asking;
  private final GivingUp givingUp;
  private final Map<Integer, PathWatch> watches = new TreeMap<>();
  private long sessionsAt;
  private long lookedAt;
  private boolean begun;
  private String complaint = "";

  /**
   * What an administrator can choose.
   *
   * @param enabled whether to act at all; what an earlier process left is put right in any case
   */
  public record Options(boolean enabled, Thresholds thresholds) {
    public Options {
      requireNonNull(thresholds, "thresholds is null");
    }
  }

  public PathGuard(
      SessionControl control,
      Network network,
      Maps maps,
      Asking asking,
      Reinstatement reinstatement,
      Options options,
      GuardNotes notes,
      Ticker ticker) {
    this.control = requireNonNull(control, "control is null");
    this.network = requireNonNull(network, "network is null");
    this.options = requireNonNull(options, "options is null");
    this.notes = requireNonNull(notes, "notes is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.asking = requireNonNull(asking, "asking is null");
    this.recovery = new RecoveryTimes(control, ticker);
    this.givingUp =
        new GivingUp(
            control,
            network,
            new Alternatives(maps),
            new Ending(reinstatement, ticker),
            recovery,
            notes,
            ticker);
  }

  /**
   * What is to be repeated, to be started once the host is ready: the guard's rounds, or, where it
   * is switched off, only looking for what an earlier process left.
   */
  public Background loop() {
    // A round waits by itself.
    return options.enabled()
        ? new Background("path-guard", Duration.ZERO, this::round)
        : new Background("path-guard-off", TIDYING, this::tidy);
  }

  /** One round, which takes as long as it waits. */
  void round() {
    try {
      boolean news = network.awaitChange(pace());
      if (news && ticker.nanos() - lookedAt < SHORTEST.toNanos()) {
        ticker.pause(SHORTEST);
      }
      watch(news);
      complaint = "";
    } catch (Failure e) {
      if (!complaint.equals(e.sentence())) {
        complaint = e.sentence();
        LOG.warn("the path guard cannot see: {}", complaint);
      }
      ticker.pause(AFTER_A_FAILURE);
    }
  }

  /** What is left to do for a guard that is switched off: zeros of an earlier process. */
  void tidy() {
    recovery.restore(control.sessions());
  }

  private Duration pace() {
    if (watches.isEmpty()) {
      return NOTHING_THERE;
    }
    return watches.values().stream().anyMatch(PathWatch::restless) ? IN_USE : IDLE;
  }

  private void watch(boolean linksToo) {
    long now = ticker.nanos();
    if (!begun || linksToo || now - sessionsAt >= SESSIONS_NANOS) {
      begun = true;
      sessionsAt = now;
      refresh();
    }
    lookedAt = ticker.nanos();
    watches.values().forEach(path -> path.look(linksToo, ticker.nanos()));
    watches.values().forEach(path -> asking.about(path, ticker.nanos()));
    notes.watching(watches.size());
    // One at a time: what is left after the first one is looked at anew.
    for (PathWatch path : watches.values()) {
      if (path.isToBeGivenUp(ticker.nanos()) && givingUp.of(path, watches.values())) {
        return;
      }
    }
  }

  private void refresh() {
    List<Session> sessions = control.sessions();
    recovery.restore(sessions);
    givingUp.lookForReturns(sessions);
    watches.keySet().retainAll(sessions.stream().map(Session::id).toList());
    asking.retain(watches.keySet());
    for (Session session : sessions) {
      PathWatch path =
          watches.computeIfAbsent(
              session.id(), id -> new PathWatch(network, options.thresholds(), session));
      path.update(session, control.connection(session));
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
