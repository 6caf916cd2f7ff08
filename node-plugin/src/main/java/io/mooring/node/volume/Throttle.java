package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.cgroup.IoMax;
import io.mooring.node.cgroup.PodCgroups;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume's limits in the cgroups of the pods that have it. They are set on the device that the
 * pod's I/O is given to, which is the uppermost: there it still belongs to the pod, while below a
 * decryption it may come from a thread of the kernel. The caller holds the volume.
 */
final class Throttle {
  private static final Logger LOG = LoggerFactory.getLogger(Throttle.class);

  private final PodCgroups pods;
  private final Layers layers;

  Throttle(PodCgroups pods, Layers layers) {
    this.pods = requireNonNull(pods, "pods is null");
    this.layers = requireNonNull(layers, "layers is null");
  }

  /**
   * Before a pod gets the volume. Takes away, too, what was left in its cgroup for another device
   * that had this number.
   *
   * @throws Failure as {@link PodCgroups#limit}: better no volume than one without its limits
   */
  void admit(Path target, VolumeDevice device, TrackedVolume volume, Deadline deadline) {
    IoMax wanted = volume.allowed().io();
    Optional<String> pod = PodPath.pod(target);
    if (pod.isPresent()) {
      set(pod.get(), device.number(), wanted, deadline);
    } else if (!wanted.equals(IoMax.NONE)) {
      throw Failure.failedPrecondition(
          "%s has limits, and %s is no path of a pod whose cgroup could have them; publish it below the kubelet's directory, or take the limits away"
              .formatted(volume.volumeId(), target));
    }
  }

  private void set(String pod, DeviceNumber device, IoMax wanted, Deadline deadline) {
    if (!pods.limits(pod, device).orElse(IoMax.NONE).equals(wanted)) {
      pods.limit(pod, device, wanted, deadline);
      LOG.info("pod {} is limited to {} on {}", pod, wanted, device);
    }
  }

  /** Every pod that has the volume; one whose cgroup is gone asks for nothing any more. */
  void adjust(VolumeDevice device, TrackedVolume volume, Deadline deadline) {
    for (String pod : pods(device, Optional.of(volume.staging()))) {
      if (pods.limits(pod, device.number()).isPresent()) {
        set(pod, device.number(), volume.allowed().io(), deadline);
      }
    }
  }

  private Set<String> pods(VolumeDevice device, Optional<Path> than) {
    return layers.elsewhere(device, than).stream()
        .flatMap(path -> PodPath.pod(path).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * After the volume was taken from a pod. What the pod has written and the kernel has not yet must
   * not make the unmount that follows wait. Never fails: the cgroup goes with the pod.
   */
  void lift(Path target, VolumeDevice device, Deadline deadline) {
    PodPath.pod(target)
        .filter(pod -> !pods(device, Optional.empty()).contains(pod))
        .ifPresent(pod -> lift(pod, device.number(), deadline));
  }

  private void lift(String pod, DeviceNumber device, Deadline deadline) {
    try {
      if (pods.limits(pod, device).isPresent()) {
        set(pod, device, IoMax.NONE, deadline);
      }
    } catch (Failure e) {
      LOG.warn("pod {} stays limited on {} until it is gone: {}", pod, device, e.sentence());
    }
  }
}
