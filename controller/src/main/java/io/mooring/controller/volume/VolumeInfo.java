package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as a CSI client is told of it.
 *
 * @param context for information only; the same for the volume's whole life
 * @param fabrics the storage networks from which it is reached
 * @param publishedTo the nodes that have it now
 * @param origin what it is a copy of, which may be gone by now; empty for one that was made empty
 * @param limits what its users may ask of it
 */
public record VolumeInfo(
    VolumeId id,
    long sizeBytes,
    Map<String, String> context,
    List<String> fabrics,
    List<NodeId> publishedTo,
    Optional<Origin> origin,
    VolumeLimits limits) {
  public VolumeInfo {
    requireNonNull(id, "id is null");
    context = Map.copyOf(context);
    fabrics = List.copyOf(fabrics);
    publishedTo = List.copyOf(publishedTo);
    requireNonNull(origin, "origin is null");
    requireNonNull(limits, "limits is null");
  }

  /** A volume of that target. */
  public static VolumeInfo of(StorageTarget target, StoredVolume volume) {
    return new VolumeInfo(
        new VolumeId(target.name(), volume.serial()),
        volume.sizeBytes(),
        Map.of("pool", volume.pool(), "target", target.name()),
        target.share().fabrics(),
        volume.publications().stream().map(Publication::node).map(NodeId::of).toList(),
        volume.source().map(source -> new Origin(target.name(), source)),
        volume.limits());
  }
}
