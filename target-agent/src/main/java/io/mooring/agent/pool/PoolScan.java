package io.mooring.agent.pool;

import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.VolumeRecord;
import java.util.List;

/**
 * What a pool holds.
 *
 * @param volumes what could be read
 * @param snapshots what could be read
 * @param troubles for each volume of ours whose record cannot be read, one sentence
 */
public record PoolScan(
    List<VolumeRecord> volumes, List<SnapshotRecord> snapshots, List<String> troubles) {
  public PoolScan {
    volumes = List.copyOf(volumes);
    snapshots = List.copyOf(snapshots);
    troubles = List.copyOf(troubles);
  }
}
