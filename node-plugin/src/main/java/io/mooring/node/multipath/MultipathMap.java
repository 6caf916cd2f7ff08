package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import java.nio.file.Path;
import java.util.List;

/**
 * A multipath map as sysfs shows it.
 *
 * @param dmName {@code dm-N}; may belong to another map tomorrow
 * @param name the map's name: its WWID, unless the administrator named it
 * @param suspended whether I/O to it waits for a resume
 * @param slaves the addresses of its paths
 * @param alienSlaves names of underlying devices that are no SCSI disks; normally none
 * @param holders the names of the block devices on top of it
 */
public record MultipathMap(
    String dmName,
    String name,
    DeviceNumber number,
    Wwid wwid,
    long sizeBytes,
    boolean suspended,
    boolean readOnly,
    List<Hctl> slaves,
    List<String> alienSlaves,
    List<String> holders) {
  public MultipathMap {
    requireNonNull(dmName, "dmName is null");
    requireNonNull(name, "name is null");
    requireNonNull(number, "number is null");
    requireNonNull(wwid, "wwid is null");
    slaves = List.copyOf(slaves);
    alienSlaves = List.copyOf(alienSlaves);
    holders = List.copyOf(holders);
  }

  /** The device node, by a name that no other map can get. */
  public Path device() {
    return name.equals(wwid.value())
        ? Path.of("/dev/mapper", name)
        : Path.of("/dev/disk/by-id", "dm-uuid-mpath-" + wwid);
  }

  /** For a sentence: {@code map 36001405... (dm-0)}. */
  @Override
  public String toString() {
    return "map " + wwid + " (" + dmName + ")";
  }
}
