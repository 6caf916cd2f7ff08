package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** Portals that did not answer lately; an attach leaves them to the background. */
public final class DeadPortals {
  private final Ticker ticker;
  private final long memoryNanos;
  private final ConcurrentHashMap<Portal, Long> since = new ConcurrentHashMap<>();

  public DeadPortals(Ticker ticker, Duration memory) {
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.memoryNanos = memory.toNanos();
  }

  public void remember(Portal portal) {
    since.put(portal, ticker.nanos());
  }

  public void forget(Portal portal) {
    since.remove(portal);
  }

  public boolean contains(Portal portal) {
    Long at = since.get(portal);
    return at != null && ticker.nanos() - at < memoryNanos;
  }
}
