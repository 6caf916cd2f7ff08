package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.cgroup.PodCgroups;
import io.mooring.node.crypt.Encryption;
import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.Fsids;
import io.mooring.node.fs.Mounts;
import io.mooring.node.iscsi.Initiator;
import io.mooring.node.linux.BootId;
import io.mooring.node.linux.DeviceNodes;
import io.mooring.node.linux.Holders;
import io.mooring.node.linux.Udev;
import io.mooring.node.multipath.Maps;
import io.mooring.node.scsi.ScsiDisks;

/** The host, as the flows see it: one interface per thing that the kernel has. */
public record Devices(
    Initiator initiator,
    ScsiDisks disks,
    Maps maps,
    FileSystems fileSystems,
    Fsids fsids,
    Encryption encryption,
    Mounts mounts,
    Udev udev,
    DeviceNodes nodes,
    Holders holders,
    PodCgroups pods,
    BootId bootId) {
  public Devices {
    requireNonNull(initiator, "initiator is null");
    requireNonNull(disks, "disks is null");
    requireNonNull(maps, "maps is null");
    requireNonNull(fileSystems, "fileSystems is null");
    requireNonNull(fsids, "fsids is null");
    requireNonNull(encryption, "encryption is null");
    requireNonNull(mounts, "mounts is null");
    requireNonNull(udev, "udev is null");
    requireNonNull(nodes, "nodes is null");
    requireNonNull(holders, "holders is null");
    requireNonNull(pods, "pods is null");
    requireNonNull(bootId, "bootId is null");
  }
}
