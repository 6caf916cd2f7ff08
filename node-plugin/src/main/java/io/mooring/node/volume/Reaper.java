package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step D13: logs out of targets that nobody has needed for a while. Not part of an unstage, since
 * the next attach mostly wants the session again, and never while an attach looks at the target.
 */
public final class Reaper {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final Duration LOGOUT = Duration.ofSeconds(20);

  private final Devices devices;
  private final Tracking tracking;
  private final TargetLocks targets;
  private final Ticker ticker;
  private final long idleNanos;
  private final Map<String, Long> idleSince = new ConcurrentHashMap<>();

  Reaper(Devices devices, Tracking tracking, TargetLocks targets, Ticker ticker, Duration idle) {
    this.devices = requireNonNull(devices, "devices is null");
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.idleNanos = idle.toNanos();
  }

  /** One round; the caller repeats it. */
  public void round() {
    Map<String, List<Session>> sessions =
        devices.initiator().sessions().stream().collect(Collectors.groupingBy(Session::iqn));
    idleSince.keySet().retainAll(sessions.keySet());
    for (Map.Entry<String, List<Session>> target : sessions.entrySet()) {
      if (!isIdle(target.getKey(), target.getValue())) {
        idleSince.remove(target.getKey());
      } else if (ticker.nanos() - idleSince.computeIfAbsent(target.getKey(), iqn -> ticker.nanos())
          >= idleNanos) {
        reap(target.getKey());
      }
    }
  }

  private boolean isIdle(String iqn, List<Session> sessions) {
    return !tracking.needs(iqn)
        && sessions.stream()
            .allMatch(session -> devices.disks().onHost(session.hostNumber()).isEmpty());
  }

  private void reap(String iqn) {
    Optional<TargetLocks.Held> lock = targets.exclusive(iqn);
    if (lock.isEmpty()) {
      return;
    }
    try (TargetLocks.Held _ = lock.get()) {
      List<Session> sessions =
          devices.initiator().sessions().stream()
              .filter(session -> session.iqn().equals(iqn))
              .toList();
      // Looked at again under the lock: an attach may have begun since.
      if (isIdle(iqn, sessions)) {
        LOG.info("logging out of {}: nobody has needed it for a while", iqn);
        logOut(iqn, sessions);
      }
    }
  }

  private void logOut(String iqn, List<Session> sessions) {
    try {
      for (TargetPortal target : records(iqn)) {
        devices.initiator().logout(target, Deadline.after(LOGOUT));
        devices.initiator().removeRecord(target, Deadline.after(LOGOUT));
      }
      idleSince.remove(iqn);
    } catch (Failure e) {
      LOG.warn("{} sessions with {} stay for now: {}", sessions.size(), iqn, e.sentence());
    }
  }

  private List<TargetPortal> records(String iqn) {
    return devices.initiator().records().stream()
        .filter(record -> record.iqn().equals(iqn))
        .toList();
  }
}
