package io.mooring.node.fake;

import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What comes to be wrong with devices in use, without anybody's call. */
public final class FakeAilments {
  private final FakeKernel kernel;
  private final FakeInitiator initiator;
  private final FakeMounts mounts;

  FakeAilments(FakeKernel kernel, FakeInitiator initiator, FakeMounts mounts) {
    this.kernel = kernel;
    this.initiator = initiator;
    this.mounts = mounts;
  }

  /** The kernel's error handler, or somebody, sets a disk offline. */
  public void setOffline(Hctl at) {
    onDisk(at, disk -> disk.state = DiskState.OFFLINE);
  }

  /** A path is failed in its map, whatever its checker finds. */
  public void failPath(Hctl at) {
    onDisk(at, disk -> disk.failed = true);
  }

  /** multipathd does not know the path, which stays in the kernel's map. */
  public void forgetPath(Hctl at) {
    onDisk(at, disk -> disk.knownToMultipathd = false);
  }

  /** The disk is among the paths of a map, and multipathd does not have it for one of them. */
  public void addStray(Wwid map, Hctl at) {
    synchronized (kernel) {
      FakeMap found = kernel.map(map).orElseThrow();
      found.slaves.add(at);
      found.strays.add(at);
    }
  }

  /** The kernel takes the disk for one of that size until it reads the size again. */
  public void showSize(Hctl at, long bytes) {
    onDisk(at, disk -> disk.sizeBytes = bytes);
  }

  /** The disk there is somebody else's product, although it is on one of our sessions. */
  public void makeForeignProduct(Hctl at) {
    onDisk(at, disk -> disk.moorings = false);
  }

  /** udev and multipathd have never heard of the disk. */
  public void loseEvents(Hctl at) {
    onDisk(
        at,
        disk -> {
          disk.udevDone = false;
          disk.knownToMultipathd = false;
          kernel.maps.forEach(map -> map.slaves.remove(at));
        });
  }

  /** Somebody removes a node record of open-iscsi's database. */
  public void loseRecord(TargetPortal target) {
    synchronized (kernel) {
      initiator.lose(target);
    }
  }

  /** Starts or stops iscsid. */
  public void iscsidRuns(boolean runs) {
    synchronized (kernel) {
      kernel.iscsidRuns = runs;
    }
  }

  /** The kernel has changed the options of the file system that is mounted there. */
  public void superOptions(Path mountPoint, String options) {
    synchronized (kernel) {
      mounts.superOptions(mountPoint, options);
    }
  }

  /** The kernel gives each file system these options, whatever it is asked for. */
  public void everyMountIs(String options) {
    synchronized (kernel) {
      mounts.everyMountIs = Optional.of(options);
    }
  }

  /** What is mounted there does not work any more, of which mountinfo says nothing. */
  public void shutDown(Path mountPoint) {
    synchronized (kernel) {
      mounts.shutDown(mountPoint);
    }
  }

  /** The kernel counts errors in the ext4 that is mounted there. */
  public void meetErrors(Path mountPoint) {
    synchronized (kernel) {
      mounts.meetErrors(mountPoint);
    }
  }

  private void onDisk(Hctl at, Consumer<FakeDisk> change) {
    synchronized (kernel) {
      kernel.disk(at).ifPresent(change);
    }
  }
}
