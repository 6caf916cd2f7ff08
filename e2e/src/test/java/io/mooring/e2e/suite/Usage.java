package io.mooring.e2e.suite;

import io.mooring.csi.v1.VolumeUsage;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;

/** What the node plugin says of a volume's file system. */
final class Usage {
  private Usage() {}

  /** How many bytes it has room for. */
  static long total(NodeHost node, Attachment attachment) {
    return node.client().stats(attachment).getUsageList().stream()
        .filter(usage -> usage.getUnit() == VolumeUsage.Unit.BYTES)
        .mapToLong(VolumeUsage::getTotal)
        .findFirst()
        .orElseThrow();
  }
}
