package io.mooring.node.volume;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** How far portals are on their way out, for whoever tells of it. Of this process alone. */
public final class Departures {
  private final Map<String, PortalOrder> settled = new ConcurrentHashMap<>();
  private final Map<Key, String> obstacles = new ConcurrentHashMap<>();

  private record Key(String iqn, Portal portal) {}

  /**
   * @param known the orders that were there before anything began in this process
   */
  public Departures(Collection<PortalOrder> known) {
    known.forEach(order -> settled.put(order.target(), order));
  }

  /** Nobody who began before that order was there is at work any more. */
  public void settled(PortalOrder order) {
    settled.put(order.target(), order);
  }

  /**
   * Whether nobody who began before that order was there is at work any more: what has gone stays
   * away.
   */
  public boolean isSettled(PortalOrder order) {
    return order.equals(settled.get(order.target()));
  }

  /** The session with that portal has not ended, for that reason. */
  public void stays(String iqn, Portal portal, String why) {
    obstacles.put(new Key(iqn, portal), why);
  }

  /** All other sessions have ended, or are wanted again. */
  public void retain(Collection<Session> leaving) {
    Set<Key> keys =
        leaving.stream()
            .map(session -> new Key(session.iqn(), session.persistentPortal()))
            .collect(Collectors.toUnmodifiableSet());
    obstacles.keySet().retainAll(keys);
  }

  /** The session with that portal has ended, or is wanted again. */
  public void gone(String iqn, Portal portal) {
    obstacles.remove(new Key(iqn, portal));
  }

  /**
   * Why the session with that portal has not ended, in one sentence; empty when it was not tried.
   */
  public Optional<String> obstacle(String iqn, Portal portal) {
    return Optional.ofNullable(obstacles.get(new Key(iqn, portal)));
  }
}
