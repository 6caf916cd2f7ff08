package io.mooring.e2e.suite;

import io.mooring.csi.v1.NodeGetVolumeHealthRequest;
import io.mooring.csi.v1.VolumeHealth.VolumeHealthEntry;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import java.util.List;

/** What a node's health call says of a volume. */
final class Findings {
  private Findings() {}

  /** As {@code INACCESSIBLE NoPath}; nothing when all is well. */
  static List<String> of(NodeHost node, Attachment attachment) {
    return words(entries(node, attachment));
  }

  static List<VolumeHealthEntry> entries(NodeHost node, Attachment attachment) {
    return node.client()
        .stub()
        .nodeGetVolumeHealth(
            NodeGetVolumeHealthRequest.newBuilder()
                .setVolumeId(attachment.volume().getVolumeId())
                .setStagingTargetPath(attachment.stagingPath())
                .setVolumePublishPath(attachment.targetPath())
                .build())
        .getVolumeHealth()
        .getHealthStatusesList();
  }

  static List<String> words(List<VolumeHealthEntry> entries) {
    return entries.stream().map(entry -> entry.getStatus() + " " + entry.getReason()).toList();
  }
}
