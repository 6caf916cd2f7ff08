package io.mooring.controller.kube;

import io.mooring.controller.volume.VolumeId;

/** By what names objects about a node's attachments are found. */
final class AttachmentName {
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_NODE = 200;

  private AttachmentName() {}

  /** Sorted by nodes, and the same for every replica: {@code <node>.<serial>}. */
  static String of(String node, VolumeId volume) {
    return RecordName.shortened(node, LONGEST_NODE) + "." + volume.serial();
  }

  /** The node's name as the value of a label. */
  static String label(String node) {
    return RecordName.shortened(node, LONGEST_LABEL);
  }
}
