package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

/**
 * That the metadata snapshot of a pool is ours, or will be at any moment.
 *
 * @param device the pool's name in device-mapper
 * @param root the block that it begins with; 0 while that is not known
 */
public record HeldMetadata(String device, long root) {
  public HeldMetadata {
    requireNonNull(device, "device is null");
  }

  boolean isOf(ThinPoolDevice pool) {
    return device.equals(pool.name()) && (root == 0 || root == pool.metadataSnapshot());
  }
}
