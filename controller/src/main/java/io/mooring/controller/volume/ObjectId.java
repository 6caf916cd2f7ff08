package io.mooring.controller.volume;

/** An id that says where its object is; as a text it is what CSI clients know. */
sealed interface ObjectId permits VolumeId, SnapshotId {
  /** The storage target's name. */
  String target();

  /** Unique on that target, and what its lists are ordered by. */
  String serial();
}
