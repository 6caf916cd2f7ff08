package io.mooring.controller.volume;

/** Hears of volumes that were taken from nodes. */
@FunctionalInterface
public interface DetachListener {
  /** Nobody wants to know. */
  DetachListener NOBODY = (_, _) -> {};

  /**
   * Called after the storage host has confirmed that the node can no longer reach the volume, also
   * where that was so before. It must not wait.
   */
  void detached(VolumeId volume, NodeId node);

  /** Both hear of it. */
  default DetachListener and(DetachListener other) {
    return (volume, node) -> {
      detached(volume, node);
      other.detached(volume, node);
    };
  }
}
