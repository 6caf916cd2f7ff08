package io.mooring.controller.volume;

import java.util.Optional;

/** An id that says where its object is; as a text it is what CSI clients know. */
sealed interface ObjectId permits VolumeId, SnapshotId, GroupId {
  /** The storage target's name. */
  String target();

  /** Unique on that target, and what its lists are ordered by. */
  String serial();

  /**
   * What such an id says, where it has a mark between target and serial. An id without one is a
   * volume's, and none can be taken for another's.
   *
   * @param mark begins with a slash
   */
  static Optional<VolumeId> parse(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0
        ? Optional.empty()
        : VolumeId.parse(text.substring(0, at) + "/" + text.substring(at + mark.length()));
  }
}
