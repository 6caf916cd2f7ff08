package io.mooring.node.status;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Wwid;
import io.mooring.node.volume.Pod;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import java.util.List;
import java.util.Optional;

/**
 * The paths of one staged volume.
 *
 * @param claim for whom it was made
 * @param pods that have it, as far as they were named
 * @param map {@code dm-N}; empty where there is no map
 * @param paths every path that should be there, then those that should not
 * @param portalsRevision of the order by which the volume is reached; 0 without one
 * @param lastFailover empty where none is known since this process began
 */
public record VolumePaths(
    VolumeId volume,
    Claim claim,
    List<Pod> pods,
    String map,
    List<PathStatus> paths,
    Optional<Failover> lastFailover,
    long portalsRevision) {
  public VolumePaths {
    requireNonNull(volume, "volume is null");
    requireNonNull(claim, "claim is null");
    pods = List.copyOf(pods);
    requireNonNull(map, "map is null");
    paths = List.copyOf(paths);
    requireNonNull(lastFailover, "lastFailover is null");
  }

  public Wwid wwid() {
    return volume.wwid();
  }

  /** How many paths there are when all is well. */
  public int expected() {
    return (int) paths.stream().filter(PathStatus::expected).count();
  }

  /** Whether every path is as it is to stay. */
  boolean settled() {
    return paths.stream().allMatch(PathStatus::settled);
  }

  /** Whether there should be a path over that portal. */
  boolean expects(TargetPortal target) {
    return paths.stream().anyMatch(path -> path.target().equals(target) && path.expected());
  }

  /** The paths that I/O takes. */
  public List<PathStatus> ready() {
    return paths.stream().filter(PathStatus::ready).toList();
  }

  VolumePaths with(Optional<Failover> failover) {
    return new VolumePaths(volume, claim, pods, map, paths, failover, portalsRevision);
  }
}
