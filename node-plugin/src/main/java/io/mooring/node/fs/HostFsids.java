package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Fsids on the disks themselves, and those that the kernel lists in sysfs. */
public final class HostFsids implements Fsids {
  private final Sysfs sysfs;
  private final DirectReads reads;
  private final DirectWrites writes;

  public HostFsids(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.reads = new DirectReads(commands);
    this.writes = new DirectWrites(commands);
  }

  @Override
  public UUID of(Path device, Deadline deadline) {
    return superblock(device, deadline).fsid();
  }

  private BtrfsSuperblock superblock(Path device, Deadline deadline) {
    return BtrfsSuperblock.parse(reads.bytes(device, BtrfsSuperblock.PLACE, deadline), device);
  }

  @Override
  public void change(Path device, UUID fsid, Deadline deadline) {
    BtrfsSuperblock next = superblock(device, deadline).withFsid(fsid, device);
    writes.block(device, BtrfsSuperblock.PLACE, next.bytes(), deadline);
    UUID found = of(device, deadline);
    if (!found.equals(fsid)) {
      throw Failure.internal(
          "the btrfs on %s has the fsid %s after %s was written; look at this host's kernel log"
              .formatted(device, found, fsid));
    }
  }

  @Override
  public List<String> mounted(UUID fsid) {
    return sysfs.list(Btrfs.MOUNTED + "/" + fsid + "/devices");
  }
}
