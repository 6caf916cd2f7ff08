package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.store.Documents;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the controller said of portals, one durable document per storage host: a process that starts
 * while the link is down brings nothing back that was drained.
 */
public final class PortalOrders {
  private final Documents<PortalOrder> documents;
  private final Map<String, PortalOrder> known = new ConcurrentHashMap<>();

  /** Reads what was told before. */
  public PortalOrders(Documents<PortalOrder> documents) {
    this.documents = requireNonNull(documents, "documents is null");
    known.putAll(documents.all());
  }

  /**
   * Takes an order over, durably, unless it is older than what is known.
   *
   * @return whether it was news
   */
  public synchronized boolean take(PortalOrder told) {
    PortalOrder before = known.get(told.target());
    if (before != null && (before.revision() > told.revision() || before.equals(told))) {
      return false;
    }
    documents.put(told.target(), told);
    known.put(told.target(), told);
    return true;
  }

  /** What was said of that StorageTarget. */
  public Optional<PortalOrder> of(String target) {
    return Optional.ofNullable(known.get(target));
  }

  /** What was said of each. */
  Collection<PortalOrder> all() {
    return List.copyOf(known.values());
  }

  /** The context of that volume as it counts now. */
  PublishContext applied(VolumeId volume, PublishContext context) {
    PortalOrder order = known.get(volume.target());
    return order == null ? context : order.applied(context);
  }
}
