package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * A pool as its host reports it now.
 *
 * @param backend {@code thin} or {@code file}
 * @param totalBytes what the pool could ever promise to volumes
 * @param availableBytes what a new volume may claim now
 * @param maximumVolumeBytes the largest single volume that can be made now
 * @param refusal empty when the pool takes volumes; otherwise why not, and the remedy
 * @param fullness what of it is in use
 */
public record PoolState(
    String name,
    String backend,
    long totalBytes,
    long availableBytes,
    long maximumVolumeBytes,
    String refusal,
    Fullness fullness) {
  public PoolState {
    requireNonNull(name, "name is null");
    requireNonNull(backend, "backend is null");
    requireNonNull(refusal, "refusal is null");
    requireNonNull(fullness, "fullness is null");
  }

  /** The largest volume that can be made now; 0 while the pool takes none. */
  public long largestNow() {
    return refusal.isEmpty() ? Math.max(0, Math.min(availableBytes, maximumVolumeBytes)) : 0;
  }

  /** The largest volume that this pool could hold if it were empty. */
  public long largestEver() {
    return Math.max(totalBytes, maximumVolumeBytes);
  }
}
