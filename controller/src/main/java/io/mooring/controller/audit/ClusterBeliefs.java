package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.volume.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Kubernetes believes.
 *
 * @param volumes the handles of all PersistentVolumes of this driver
 * @param records what the controller wrote down of volumes
 * @param attached what is, or is to be, attached
 * @param snapshots the handles of all VolumeSnapshotContents of this driver; empty where they
 *     cannot be read
 */
public record ClusterBeliefs(
    Set<String> volumes,
    List<Recorded> records,
    List<Attached> attached,
    Optional<Set<String>> snapshots) {
  /**
   * A MooringVolume.
   *
   * @param name the object's
   * @param csiName the volume's
   * @param serial empty until the volume is made
   */
  public record Recorded(String name, String csiName, String target, Optional<String> serial) {
    boolean isOf(VolumeId id, String volumeName) {
      return target.equals(id.target())
          && serial.map(id.serial()::equals).orElse(csiName.equals(volumeName));
    }
  }

  /**
   * A VolumeAttachment.
   *
   * @param volume the volume's id
   * @param done whether it says that the volume is attached, and nobody has asked for its end
   */
  public record Attached(String volume, String node, boolean done) {
    boolean isOf(String id, String nodeName) {
      return volume.equals(id) && node.equals(nodeName);
    }
  }

  public ClusterBeliefs {
    volumes = Set.copyOf(volumes);
    records = List.copyOf(records);
    attached = List.copyOf(attached);
    snapshots = requireNonNull(snapshots, "snapshots is null").map(Set::copyOf);
  }
}
