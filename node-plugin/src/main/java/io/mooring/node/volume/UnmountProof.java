package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Holder;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The proof that a file system is nowhere mounted any more: a mount in another mount namespace
 * keeps it alive when it is gone from this one.
 */
final class UnmountProof {
  private final Devices devices;
  private final Timings timings;

  UnmountProof(Devices devices, Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.timings = requireNonNull(timings, "timings is null");
  }

  /**
   * Waits until the kernel has given it up.
   *
   * @throws Failure FAILED_PRECONDITION while somebody holds it, naming who
   */
  void require(VolumeId volume, VolumeDevice device, Deadline deadline) {
    Deadline bound = deadline.atMost(timings.gone().dividedBy(2));
    boolean gone = Poll.SYSFS.until(bound, () -> superblockGone(device));
    List<Holder> mounts = devices.holders().mountsOf(device.number());
    if (!gone || !mounts.isEmpty()) {
      String who = mounts.stream().map(Holder::toString).collect(Collectors.joining("; "));
      throw Failure.failedPrecondition(
          "%s is unmounted here and still mounted in another mount namespace (%s); end that process"
              .formatted(volume, who.isEmpty() ? "holder not visible" : who));
    }
  }

  private boolean superblockGone(VolumeDevice device) {
    for (FsType type : FsType.values()) {
      if (!devices.fileSystems().superblockGone(type, device.dmName())) {
        return false;
      }
    }
    return true;
  }
}
