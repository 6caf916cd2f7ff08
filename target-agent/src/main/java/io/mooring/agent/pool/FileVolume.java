package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import java.util.List;

/**
 * The document {@code SERIAL.json} beside {@code SERIAL.img}.
 *
 * @param sizeBytes the length that the image must have
 */
record FileVolume(
    String cluster,
    String name,
    long sizeBytes,
    VolumeRecord.State state,
    List<Publication> publications) {
  FileVolume {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(name, "name is null");
    requireNonNull(state, "state is null");
    publications = List.copyOf(publications);
  }

  static FileVolume of(VolumeRecord volume) {
    return new FileVolume(
        volume.cluster(), volume.name(), volume.sizeBytes(), volume.state(), volume.publications());
  }

  VolumeRecord record(Serial serial, String pool) {
    return new VolumeRecord(serial, cluster, name, pool, sizeBytes, state, publications);
  }
}
