package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.guard.GuardNotes;
import io.mooring.node.guard.Hold;
import io.mooring.node.guard.Reason;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the path guard did last with each path, and what it left to the kernel. It hands everything
 * on to other notes.
 */
public final class GuardRecord implements GuardNotes {
  private final GuardNotes next;
  private final InstantSource clock;
  private final Map<String, Failover> acts = new ConcurrentHashMap<>();
  private final Map<String, Instant> held = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public GuardRecord(GuardNotes next, InstantSource clock) {
    this.next = requireNonNull(next, "next is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** Calls that when a path was given up or is back; it must not wait. */
  public void whenNews(Runnable listener) {
    listeners.add(listener);
  }

  /** When and how the path was given up last. */
  Optional<Failover> act(TargetPortal path) {
    return Optional.ofNullable(acts.get(key(path.iqn(), path.portal())));
  }

  /** Since when the path is dead and left to the kernel; empty for one that is not. */
  Optional<Instant> heldSince(TargetPortal path) {
    return Optional.ofNullable(held.get(key(path.iqn(), path.portal())));
  }

  @Override
  public void gaveUp(Session path, Reason reason, Duration took) {
    acts.put(
        key(path.iqn(), path.persistentPortal()),
        new Failover(clock.instant(), Optional.of(took), path.persistentPortal(), reason.label()));
    held.remove(key(path.iqn(), path.persistentPortal()));
    next.gaveUp(path, reason, took);
    listeners.forEach(Runnable::run);
  }

  @Override
  public void heldBack(Session path, Hold why) {
    held.put(key(path.iqn(), path.persistentPortal()), clock.instant());
    next.heldBack(path, why);
  }

  @Override
  public void cameBack(Session path) {
    next.cameBack(path);
    listeners.forEach(Runnable::run);
  }

  @Override
  public void watching(int paths) {
    next.watching(paths);
  }

  private static String key(String iqn, Portal portal) {
    return iqn + " " + portal;
  }
}
