package io.mooring.agent.pool;

import java.util.List;

/**
 * A row of {@code lvs} as far as it is used here.
 *
 * @param thinPool the thin pool that the volume lives in; empty for other kinds
 */
record LogicalVolume(String name, String thinPool, long sizeBytes, List<String> tags) {
  LogicalVolume {
    tags = List.copyOf(tags);
  }
}
