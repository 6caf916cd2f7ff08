package io.mooring.node.fake;

import io.mooring.node.cgroup.IoMax;
import io.mooring.node.cgroup.PodCgroups;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Pods and what each may ask of devices; a pod that was not added has no cgroup. */
public final class FakePods implements PodCgroups {
  private final Map<String, Map<DeviceNumber, IoMax>> pods = new HashMap<>();
  private final Faults faults;

  FakePods(Faults faults) {
    this.faults = faults;
  }

  /** The kubelet makes a pod's cgroup, or makes it again. */
  public synchronized void add(String pod) {
    pods.put(pod, new HashMap<>());
  }

  /** The pod is gone. */
  public synchronized void remove(String pod) {
    pods.remove(pod);
  }

  synchronized void removeAll() {
    pods.clear();
  }

  /** What a pod may ask of all devices, those without limit apart. */
  public synchronized Map<DeviceNumber, IoMax> of(String pod) {
    return Map.copyOf(pods.getOrDefault(pod, Map.of()));
  }

  @Override
  public synchronized Optional<IoMax> limits(String pod, DeviceNumber device) {
    return Optional.ofNullable(pods.get(pod))
        .map(devices -> devices.getOrDefault(device, IoMax.NONE));
  }

  @Override
  public void limit(String pod, DeviceNumber device, IoMax limits, Deadline deadline) {
    var _ =
        faults.call(
            "pods.limit", pod + " " + device + " " + limits, () -> put(pod, device, limits));
  }

  private synchronized boolean put(String pod, DeviceNumber device, IoMax limits) {
    Map<DeviceNumber, IoMax> devices = pods.get(pod);
    if (devices == null) {
      throw Failure.unavailable("pod " + pod + " has no cgroup");
    }
    if (limits.equals(IoMax.NONE)) {
      devices.remove(device);
    } else {
      devices.put(device, limits);
    }
    return true;
  }
}
