package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StoredVolume;
import java.util.List;
import java.util.Map;

/**
 * A volume as a CSI client is told of it.
 *
 * @param context for information only; the same for the volume's whole life
 * @param publishedTo the nodes that have it now
 */
public record VolumeInfo(
    VolumeId id, long sizeBytes, Map<String, String> context, List<NodeId> publishedTo) {
  public VolumeInfo {
    requireNonNull(id, "id is null");
    context = Map.copyOf(context);
    publishedTo = List.copyOf(publishedTo);
  }

  /** A volume of that target. */
  public static VolumeInfo of(String target, StoredVolume volume) {
    return new VolumeInfo(
        new VolumeId(target, volume.serial()),
        volume.sizeBytes(),
        Map.of("pool", volume.pool(), "target", target),
        volume.publications().stream().map(Publication::node).map(NodeId::of).toList());
  }
}
