package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What is recorded of a snapshot, and lives where the snapshot lives.
 *
 * @param serial its own
 * @param cluster the Kubernetes cluster that it belongs to
 * @param name as the CSI client gave it, unique among the cluster's snapshots; that of the group
 *     for a member of one
 * @param pool the pool that holds it
 * @param sizeBytes of the volume at that moment
 * @param volume of which it is a copy; it may be gone by now
 * @param createdAt in whole milliseconds
 * @param group what it was made together with; empty for one that stands alone
 * @param state whether it can be used
 */
public record SnapshotRecord(
    Serial serial,
    String cluster,
    String name,
    String pool,
    long sizeBytes,
    Serial volume,
    Instant createdAt,
    Optional<Membership> group,
    State state) {

  /** Where a snapshot stands between its beginning and its use. */
  public enum State {
    /** It may not have been taken, and nobody was told of it. */
    CREATING,
    /** Its bytes are being copied; its volume does not change meanwhile. */
    COPYING,
    /** It is whole. */
    READY
  }

  private static final String OBJECT = "mooring-snap-";

  public SnapshotRecord {
    requireNonNull(serial, "serial is null");
    requireNonNull(cluster, "cluster is null");
    requireNonNull(name, "name is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(volume, "volume is null");
    requireNonNull(createdAt, "createdAt is null");
    requireNonNull(group, "group is null");
    requireNonNull(state, "state is null");
  }

  /** One that was made in one step. */
  public SnapshotRecord(
      Serial serial,
      String cluster,
      String name,
      String pool,
      long sizeBytes,
      Serial volume,
      Instant createdAt,
      Optional<Membership> group) {
    this(serial, cluster, name, pool, sizeBytes, volume, createdAt, group, State.READY);
  }

  /** One that was made in one step and stands alone. */
  public SnapshotRecord(
      Serial serial,
      String cluster,
      String name,
      String pool,
      long sizeBytes,
      Serial volume,
      Instant createdAt) {
    this(serial, cluster, name, pool, sizeBytes, volume, createdAt, Optional.empty());
  }

  /** The same as a member of a group. */
  public SnapshotRecord in(Membership membership) {
    return new SnapshotRecord(
        serial, cluster, name, pool, sizeBytes, volume, createdAt, Optional.of(membership), state);
  }

  public SnapshotRecord in(State newState) {
    return new SnapshotRecord(
        serial, cluster, name, pool, sizeBytes, volume, createdAt, group, newState);
  }

  public boolean isReady() {
    return state == State.READY;
  }

  /** The name of everything that the host has of this snapshot. */
  public String objectName() {
    return objectName(serial);
  }

  /** Such a name by the serial alone. */
  public static String objectName(Serial serial) {
    return OBJECT + serial;
  }

  /** From {@link #objectName}; empty for a name that is no snapshot's. */
  public static Optional<Serial> ofObject(String name) {
    return Serial.after(OBJECT, name);
  }

  /** For messages. */
  public String label() {
    return "snapshot " + serial + " (" + name + ")";
  }
}
