package io.mooring.node.fake;

import io.mooring.node.iscsi.Portal;
import io.mooring.runtime.chap.Chap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The storage side as this host sees it: portals and what is mapped behind LUN numbers. */
public final class FakeTargets {
  /** What happens when somebody connects to a portal. */
  public enum Reception {
    /** Sessions come about. */
    WELCOME,
    /** Nothing answers, in silence. */
    DEAD,
    /** TCP connects, and the login is refused for a missing access list entry. */
    REFUSING,
    /** TCP connects, and the login is refused for wrong credentials. */
    WRONG_CREDENTIALS,
    /** TCP connects, and the login does not end until the portal becomes something else. */
    SLOW
  }

  private record Key(String iqn, Optional<Portal> portal, int lun) {}

  private volatile Optional<Chap> demanded = Optional.empty();
  private final AtomicInteger loginsRefused = new AtomicInteger();
  private final Map<Portal, Reception> receptions = new ConcurrentHashMap<>();
  private final Map<Key, FakeLun> mapped = new HashMap<>();
  private final Set<Key> hidden = ConcurrentHashMap.newKeySet();

  /** Maps a LUN on a target, on all of its portals. */
  public synchronized void map(String iqn, int lun, FakeLun behind) {
    mapped.put(new Key(iqn, Optional.empty(), lun), behind);
  }

  /** Maps another LUN at the same number on one portal: a mistake on the storage side. */
  public synchronized void mapOnPortal(String iqn, Portal portal, int lun, FakeLun behind) {
    mapped.put(new Key(iqn, Optional.of(portal), lun), behind);
  }

  /** Takes a LUN away everywhere. */
  public synchronized void unmap(String iqn, int lun) {
    mapped.keySet().removeIf(key -> key.iqn().equals(iqn) && key.lun() == lun);
  }

  /** Shows a LUN through all portals but this one. */
  public void hideOnPortal(String iqn, Portal portal, int lun) {
    hidden.add(new Key(iqn, Optional.of(portal), lun));
  }

  /** Shows it there again. */
  public void showOnPortal(String iqn, Portal portal, int lun) {
    hidden.remove(new Key(iqn, Optional.of(portal), lun));
  }

  /** Changes how logins are received; sessions that exist stay as they are. */
  public void receive(Portal portal, Reception reception) {
    receptions.put(portal, reception);
  }

  /** How logins are received at that portal. */
  public Reception reception(Portal portal) {
    return receptions.getOrDefault(portal, Reception.WELCOME);
  }

  /** From now on nobody logs in with other secrets; sessions that exist stay as they are. */
  public void demand(Optional<Chap> chap) {
    demanded = chap;
  }

  /** How often somebody came with wrong secrets. */
  public int loginsRefused() {
    return loginsRefused.get();
  }

  /** Whether a login with these is let in; LIO asks for CHAP whoever offers it. */
  boolean accepts(Optional<Chap> chap) {
    boolean right = demanded.equals(chap);
    if (!right) {
      loginsRefused.incrementAndGet();
    }
    return right;
  }

  synchronized Optional<FakeLun> behind(String iqn, Portal portal, int lun) {
    if (hidden.contains(new Key(iqn, Optional.of(portal), lun))) {
      return Optional.empty();
    }
    FakeLun here = mapped.get(new Key(iqn, Optional.of(portal), lun));
    return Optional.ofNullable(
        here != null ? here : mapped.get(new Key(iqn, Optional.empty(), lun)));
  }
}
