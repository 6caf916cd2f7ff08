package io.mooring.agent.volume;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.PoolScan;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All records in memory, as the pools hold them. The agent is their only writer, so this is changed
 * only after a pool confirmed the change; a publication that a pool neither confirmed nor refused
 * is the exception. Thread-safe.
 */
public final class Records {
  private final NavigableMap<Serial, VolumeRecord> volumes = new TreeMap<>();
  private final Map<String, String> unread = new TreeMap<>();
  private final Map<String, List<String>> troubles = new TreeMap<>();
  private final Set<String> withdrawing = new HashSet<>();
  private final Set<String> unsaved = new HashSet<>();

  /**
   * Begins with nothing read.
   *
   * @param pools the pools whose volumes are to be known
   */
  public Records(Collection<String> pools) {
    pools.forEach(pool -> unread.put(pool, "it has not been read yet"));
  }

  /** The pool cannot be read, and why. What was known of it stays. */
  public synchronized void unreadable(String pool, String reason) {
    if (unread.containsKey(pool)) {
      unread.put(pool, reason);
    }
  }

  public synchronized boolean isRead(String pool) {
    return !unread.containsKey(pool);
  }

  /** Takes over what a pool holds; once, before it is used. */
  public synchronized void load(String pool, PoolScan scan) {
    List<String> found = new ArrayList<>(scan.troubles());
    for (VolumeRecord volume : scan.volumes()) {
      Optional<String> clash = clash(volume);
      if (clash.isPresent()) {
        found.add(clash.get());
      } else {
        volumes.put(volume.serial(), volume);
      }
    }
    unread.remove(pool);
    troubles.put(pool, List.copyOf(found));
  }

  /** Copies of a whole volume group or directory show up like this; neither copy is guessed at. */
  private Optional<String> clash(VolumeRecord volume) {
    return volumes.values().stream()
        .filter(other ->
            other.serial().naaDigits().equals(volume.serial().naaDigits())
                || (other.cluster().equals(volume.cluster()) && other.name().equals(volume.name())))
        .findFirst()
        .map(other ->
            "%s in pool %s has the identity of %s in pool %s; remove the one that is a copy"
                .formatted(volume.label(), volume.pool(), other.label(), other.pool()));
  }

  /** Everything that keeps "there is no such volume" from being said. */
  public synchronized List<String> troubles() {
    List<String> all = new ArrayList<>();
    unread.forEach((pool, reason) -> all.add("pool " + pool + " is not served: " + reason));
    troubles.values().forEach(all::addAll);
    return all;
  }

  /**
   * To be called before saying that a volume does not exist.
   *
   * @throws Failure UNAVAILABLE while a pool or a record cannot be read
   */
  public void requireComplete() {
    List<String> found = troubles();
    if (!found.isEmpty()) {
      throw Failure.unavailable(
          "this host does not know all of its volumes: " + String.join("; ", found));
    }
  }

  public synchronized Optional<VolumeRecord> find(Serial serial) {
    return Optional.ofNullable(volumes.get(serial));
  }

  /** A volume of this cluster; those of others do not exist for it. */
  public Optional<VolumeRecord> find(String cluster, Serial serial) {
    return find(serial).filter(volume -> volume.cluster().equals(cluster));
  }

  /**
   * A volume of this cluster that is ready for use.
   *
   * @throws Failure NOT_FOUND if there is none; UNAVAILABLE if that cannot be known now
   */
  VolumeRecord require(String cluster, Serial serial) {
    return find(cluster, serial)
        .filter(volume -> volume.state() == VolumeRecord.State.READY)
        .orElseThrow(() -> missing("no volume " + serial));
  }

  /** That something is not here, which is only to be said where all is known. */
  Failure missing(String what) {
    requireComplete();
    return Failure.notFound("this host has " + what + " of this cluster");
  }

  public synchronized Optional<VolumeRecord> find(String cluster, String name) {
    return volumes.values().stream()
        .filter(volume -> volume.cluster().equals(cluster) && volume.name().equals(name))
        .findFirst();
  }

  /** All volumes of all clusters, by serial. */
  public synchronized List<VolumeRecord> all() {
    return List.copyOf(volumes.values());
  }

  public synchronized void put(VolumeRecord volume) {
    volumes.put(volume.serial(), volume);
  }

  public synchronized void remove(Serial serial) {
    volumes.remove(serial);
  }

  /** Whether SCSI could mistake a volume of this serial for one that exists. */
  public synchronized boolean isNaaTaken(Serial serial) {
    return volumes.keySet().stream()
        .anyMatch(other -> other.naaDigits().equals(serial.naaDigits()));
  }

  /** The LUN numbers that a node has. */
  public Set<Integer> lunNumbers(String cluster, String nodeUuid) {
    return luns(cluster, nodeUuid).keySet();
  }

  /** The same, and the serials of the volumes that have them. */
  synchronized Map<Integer, String> luns(String cluster, String nodeUuid) {
    Map<Integer, String> serials = new TreeMap<>();
    for (VolumeRecord volume : volumes.values()) {
      if (volume.cluster().equals(cluster)) {
        volume
            .publicationOf(nodeUuid)
            .ifPresent(present -> serials.put(present.lun(), volume.serial().digits()));
      }
    }
    return serials;
  }

  /** The volumes other than that one which are recorded under the same number of a node. */
  synchronized List<VolumeRecord> othersAt(VolumeRecord volume, Publication publication) {
    return volumes.values().stream()
        .filter(other -> !other.serial().equals(volume.serial()))
        .filter(other -> other.cluster().equals(volume.cluster()))
        .filter(other ->
            other
                .publicationOf(publication.nodeUuid())
                .filter(present -> present.lun() == publication.lun())
                .isPresent())
        .toList();
  }

  /**
   * The publication may be on the disk or not: it counts as there, so that its number is nobody
   * else's, and is to be saved before anything is mapped.
   */
  synchronized void unsaved(VolumeRecord published, String nodeUuid) {
    put(published);
    unsaved.add(published.serial() + "/" + nodeUuid);
  }

  synchronized void saved(Serial serial, String nodeUuid) {
    unsaved.remove(serial + "/" + nodeUuid);
  }

  synchronized boolean isUnsaved(Serial serial, String nodeUuid) {
    return unsaved.contains(serial + "/" + nodeUuid);
  }

  /** A fence has begun: the reconciler must not put back what it takes away. */
  synchronized void withdrawing(Serial serial, String nodeUuid) {
    withdrawing.add(serial + "/" + nodeUuid);
  }

  synchronized void withdrawn(Serial serial, String nodeUuid) {
    withdrawing.remove(serial + "/" + nodeUuid);
  }

  synchronized boolean isWithdrawing(Serial serial, String nodeUuid) {
    return withdrawing.contains(serial + "/" + nodeUuid);
  }
}
