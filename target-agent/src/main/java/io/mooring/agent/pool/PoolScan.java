package io.mooring.agent.pool;

import io.mooring.agent.identity.VolumeRecord;
import java.util.List;

/**
 * What a pool holds.
 *
 * @param volumes what could be read
 * @param troubles for each volume of ours whose record cannot be read, one sentence
 */
public record PoolScan(List<VolumeRecord> volumes, List<String> troubles) {
  public PoolScan {
    volumes = List.copyOf(volumes);
    troubles = List.copyOf(troubles);
  }
}
