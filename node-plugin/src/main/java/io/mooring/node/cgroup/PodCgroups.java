package io.mooring.node.cgroup;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.time.Deadline;
import java.util.Optional;

/** What pods may ask of block devices. */
public interface PodCgroups {
  /**
   * What a pod may ask of a device now; empty when the pod has no cgroup, not yet or no more.
   *
   * @param pod its uid
   */
  Optional<IoMax> limits(String pod, DeviceNumber device);

  /**
   * Limits a pod, with all its containers, to so much of a device, and proves it.
   *
   * @throws io.mooring.runtime.failure.Failure UNAVAILABLE when the pod has no cgroup yet;
   *     FAILED_PRECONDITION when this node cannot limit anybody, naming what is missing;
   *     DEADLINE_EXCEEDED when the kernel waits for the device
   */
  void limit(String pod, DeviceNumber device, IoMax limits, Deadline deadline);
}
