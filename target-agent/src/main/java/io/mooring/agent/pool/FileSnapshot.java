package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The document {@code snapshots/SERIAL.json} beside {@code snapshots/SERIAL.img}. An image without
 * one is what a crash has left.
 *
 * @param volume the serial of the volume
 * @param state missing in a document from before there was any; it was written last then
 */
record FileSnapshot(
    String cluster,
    String name,
    long sizeBytes,
    String volume,
    Instant createdAt,
    SnapshotRecord.@Nullable State state) {
  FileSnapshot {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(name, "name is null");
    requireNonNull(volume, "volume is null");
    requireNonNull(createdAt, "createdAt is null");
  }

  static FileSnapshot of(SnapshotRecord snapshot) {
    return new FileSnapshot(
        snapshot.cluster(),
        snapshot.name(),
        snapshot.sizeBytes(),
        snapshot.volume().digits(),
        snapshot.createdAt(),
        snapshot.state());
  }

  SnapshotRecord record(Serial serial, String pool) {
    return new SnapshotRecord(serial, cluster, name, pool, sizeBytes, new Serial(volume), createdAt)
        .in(state == null ? SnapshotRecord.State.READY : state);
  }
}
