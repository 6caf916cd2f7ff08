package io.mooring.node.scsi;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import java.util.List;
import java.util.Optional;

/**
 * One path: a SCSI disk as sysfs shows it.
 *
 * @param name {@code sdX}, for messages and for multipathd's commands; never an identity
 * @param number the block device's number
 * @param identity what the kernel learned when it probed the disk; empty when a page is missing,
 *     which is a failed probe. Not refreshed when the LUN behind it changes.
 * @param sizeBytes as of the last probe or rescan
 * @param readOnly whether the kernel refuses writes
 * @param holders the names of the block devices on top of it, {@code dm-N}
 */
public record ScsiDisk(
    Hctl hctl,
    String name,
    DeviceNumber number,
    Optional<Identity> identity,
    long sizeBytes,
    boolean readOnly,
    DiskState state,
    List<String> holders) {
  public ScsiDisk {
    requireNonNull(hctl, "hctl is null");
    requireNonNull(name, "name is null");
    requireNonNull(number, "number is null");
    requireNonNull(identity, "identity is null");
    requireNonNull(state, "state is null");
    holders = List.copyOf(holders);
  }

  public boolean is(Identity expected) {
    return identity.isPresent() && identity.get().equals(expected);
  }

  /** For a sentence: {@code disk 3:0:0:1 (sdc)}. */
  @Override
  public String toString() {
    return "disk " + hctl + " (" + name + ")";
  }
}
