package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is recorded of a volume, and lives where the volume lives.
 *
 * @param cluster the Kubernetes cluster that it belongs to
 * @param name as the CSI client gave it, unique within the cluster
 * @param pool the pool that holds it
 * @param sizeBytes what the node sees
 * @param publications one per node
 * @param source what it was made from; empty for one that was made empty
 * @param limits what its users may ask of it
 */
public record VolumeRecord(
    Serial serial,
    String cluster,
    String name,
    String pool,
    long sizeBytes,
    State state,
    List<Publication> publications,
    Optional<Source> source,
    VolumeLimits limits,
    boolean written) {

  /** Where a volume stands between its beginning and its end. */
  public enum State {
    /** Its making has begun and no caller was told of it. */
    CREATING,
    /** Its bytes are being copied, which outlives the agent; no caller was told of it. */
    COPYING,
    /** It exists. */
    READY,
    /** Its removal was asked for and has begun. */
    DELETING
  }

  public VolumeRecord {
    requireNonNull(serial, "serial is null");
    requireNonNull(cluster, "cluster is null");
    requireNonNull(name, "name is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(state, "state is null");
    publications = List.copyOf(publications);
    requireNonNull(source, "source is null");
    requireNonNull(limits, "limits is null");
  }

  /** A volume to which nothing was written, as far as is known. */
  public VolumeRecord(
      Serial serial,
      String cluster,
      String name,
      String pool,
      long sizeBytes,
      State state,
      List<Publication> publications,
      Optional<Source> source,
      VolumeLimits limits) {
    this(serial, cluster, name, pool, sizeBytes, state, publications, source, limits, false);
  }

  /** A volume that was made empty and has no limits. */
  public VolumeRecord(
      Serial serial,
      String cluster,
      String name,
      String pool,
      long sizeBytes,
      State state,
      List<Publication> publications) {
    this(
        serial,
        cluster,
        name,
        pool,
        sizeBytes,
        state,
        publications,
        Optional.empty(),
        VolumeLimits.NEVER);
  }

  public VolumeRecord in(State newState) {
    return new VolumeRecord(
        serial, cluster, name, pool, sizeBytes, newState, publications, source, limits, written);
  }

  public VolumeRecord withSize(long newSizeBytes) {
    return new VolumeRecord(
        serial, cluster, name, pool, newSizeBytes, state, publications, source, limits, written);
  }

  public VolumeRecord with(VolumeLimits changed) {
    return new VolumeRecord(
        serial, cluster, name, pool, sizeBytes, state, publications, source, changed, written);
  }

  public VolumeRecord with(Publication added) {
    return withPublications(
        Stream.concat(without(added.nodeUuid()).publications.stream(), Stream.of(added)).toList());
  }

  public VolumeRecord without(String nodeUuid) {
    return withPublications(
        publications.stream().filter(one -> !one.nodeUuid().equals(nodeUuid)).toList());
  }

  /** The same volume, to which something was written. */
  public VolumeRecord afterWriting() {
    return new VolumeRecord(
        serial, cluster, name, pool, sizeBytes, state, publications, source, limits, true);
  }

  private VolumeRecord withPublications(List<Publication> changed) {
    return new VolumeRecord(
        serial, cluster, name, pool, sizeBytes, state, changed, source, limits, written);
  }

  public Optional<Publication> publicationOf(String nodeUuid) {
    return publications.stream().filter(one -> one.nodeUuid().equals(nodeUuid)).findFirst();
  }

  /** For messages: the name that people know and the serial that the host knows. */
  public String label() {
    return "volume " + serial + " (" + name + ")";
  }
}
