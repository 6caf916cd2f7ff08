package io.mooring.controller.path;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.VolumeId;
import java.util.List;
import java.util.Optional;

/**
 * A volume that is staged on a node, and its paths there.
 *
 * @param wwid as dm-multipath writes it
 * @param map {@code dm-N}; empty where there is no map
 * @param expected how many paths there are when all is well
 * @param lastFailover empty where the node knows of none
 * @param pods that have it there, as the node says
 * @param portalsRevision by which order the node reaches it; 0 for none
 */
public record Attachment(
    VolumeId volume,
    String wwid,
    String map,
    int expected,
    List<PathState> paths,
    Optional<Failover> lastFailover,
    List<Pod> pods,
    long portalsRevision) {
  public Attachment {
    requireNonNull(volume, "volume is null");
    requireNonNull(wwid, "wwid is null");
    requireNonNull(map, "map is null");
    paths = List.copyOf(paths);
    requireNonNull(lastFailover, "lastFailover is null");
    pods = List.copyOf(pods);
  }
}
