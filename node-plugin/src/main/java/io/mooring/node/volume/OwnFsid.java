package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.Fsids;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between A15 and A16: a btrfs bears the fsid of its volume and of no other before it is mounted.
 *
 * <p>The kernel takes devices with one fsid for pieces of one file system, also those that nobody
 * mounts: udev tells it of every device that holds a btrfs (64-btrfs.rules). A copy has its
 * origin's fsid. Where both are on a node, the second mount is refused as a duplicate, up to 6.6,
 * or gets a passing fsid, since 6.7; before 5.0 it could show the other one's files. So a volume's
 * fsid is its serial: new volumes, copies and disks from elsewhere all get it here, when they are
 * staged writable first. What the kernel remembers of a device under its former fsid it drops when
 * it sees the device again.
 *
 * <p>A raw device may be made to look like any volume by the pod that has it. Nothing here prevents
 * that; the proof after the mount asks which device the kernel reads.
 */
final class OwnFsid {
  private static final Logger LOG = LoggerFactory.getLogger(OwnFsid.class);

  private final Devices devices;
  private final Fsids fsids;
  private final Timings timings;

  OwnFsid(Devices devices, Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.fsids = devices.fsids();
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Changes the fsid where that is needed and possible; a write-protected copy keeps its origin's.
   *
   * @throws Failure UNAVAILABLE while somebody has the device open; FAILED_PRECONDITION while
   *     another device of that fsid is mounted on this node, or when the btrfs is none that a
   *     volume can hold
   */
  void ensure(VolumeDevice device, StageRequest request, Deadline deadline) {
    UUID own = request.volume().uuid();
    UUID found = fsids.of(device.node(), deadline);
    if (!found.equals(own) && !request.context().readOnly()) {
      // A dd of ours that outlived its process would put an old superblock over a mounted one.
      device.awaitUnused(devices.holders(), request.volume(), deadline.atMost(timings.busy()));
      LOG.info(
          "{}: btrfs on {} is {} from now on and not {}", request.volume(), device, own, found);
      fsids.change(device.node(), own, deadline);
      FailPoints.pass("node.stage.after-fsid");
      found = own;
    }
    requireAlone(found, device, request.volume());
  }

  private void requireAlone(UUID fsid, VolumeDevice device, VolumeId volume) {
    List<String> others =
        fsids.mounted(fsid).stream().filter(name -> !name.equals(device.dmName())).toList();
    if (!others.isEmpty()) {
      throw Failure.failedPrecondition(
          ("%s holds a btrfs with the fsid %s, and so does %s, which is mounted on this node; the"
                  + " kernel cannot tell them apart: unmount that one, or stage the volume writable,"
                  + " which gives it a fsid of its own")
              .formatted(volume, fsid, others));
    }
  }
}
