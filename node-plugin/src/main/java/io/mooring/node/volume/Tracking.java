package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.store.Documents;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The tracked volumes: one durable document each, and a copy in memory for the loops that look
 * often. A damaged document is as if it were not there: its volume is found by the WWID in its id.
 * How a volume should be reached follows from its document and from what was said of portals later.
 * Beside them stands which pods have them.
 */
public final class Tracking {
  private final Documents<TrackedVolume> documents;
  private final PortalOrders portals;
  private final PodUses pods;
  private final Map<String, TrackedVolume> known = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Reads what is on the disk. */
  public Tracking(Documents<TrackedVolume> documents, PortalOrders portals, PodUses pods) {
    this.documents = requireNonNull(documents, "documents is null");
    this.portals = requireNonNull(portals, "portals is null");
    this.pods = requireNonNull(pods, "pods is null");
    known.putAll(documents.all());
  }

  public Optional<TrackedVolume> get(VolumeId volume) {
    return Optional.ofNullable(known.get(volume.toString()));
  }

  /** Every tracked volume, of this boot or an earlier one. */
  public Collection<TrackedVolume> all() {
    return List.copyOf(known.values());
  }

  /** Durable when it returns. */
  public void put(TrackedVolume volume) {
    documents.put(volume.volumeId(), volume);
    known.put(volume.volumeId(), volume);
    listeners.forEach(Runnable::run);
  }

  /** Durable when it returns; no effect on a volume that is not tracked. */
  public void remove(VolumeId volume) {
    pods.removeAll(volume);
    documents.remove(volume.toString());
    known.remove(volume.toString());
    listeners.forEach(Runnable::run);
  }

  /** The pods that have the volume, as far as they were named. */
  public List<Pod> pods(VolumeId volume) {
    return pods.of(volume);
  }

  /** A pod has the volume now; durable when it returns. */
  void published(VolumeId volume, Pod pod) {
    if (pods.add(volume, pod)) {
      listeners.forEach(Runnable::run);
    }
  }

  /** The pod of that uid has the volume no more; durable when it returns. */
  void unpublished(VolumeId volume, String podUid) {
    if (pods.remove(volume, podUid)) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Calls that after each change; it must not wait. */
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** What was said of portals. */
  public PortalOrders portals() {
    return portals;
  }

  /** How the volume should be reached now: one path over each. */
  List<Route> routes(TrackedVolume volume) {
    return wanted(volume).routes();
  }

  /** What was published of the volume, with the portals that are wanted now. */
  public PublishContext wanted(TrackedVolume volume) {
    return portals.applied(volume.id(), volume.context());
  }

  /** Whether any tracked volume needs that target. */
  public boolean needs(String iqn) {
    return known.values().stream().anyMatch(volume -> volume.iqns().contains(iqn));
  }
}
