package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/**
 * A pod that uses a volume, for people: nothing is decided by it.
 *
 * @param uid as it is in the pod's paths
 */
public record Pod(String namespace, String name, String uid) {
  /** What the kubelet adds to the volume context of a driver with {@code podInfoOnMount}. */
  private static final String NAMESPACE = "csi.storage.k8s.io/pod.namespace";

  private static final String NAME = "csi.storage.k8s.io/pod.name";
  private static final String UID = "csi.storage.k8s.io/pod.uid";

  public Pod {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(uid, "uid is null");
  }

  /** The pod that a volume context names; empty unless it says all of it. */
  public static Optional<Pod> of(Map<String, String> context) {
    Pod pod =
        new Pod(
            context.getOrDefault(NAMESPACE, ""),
            context.getOrDefault(NAME, ""),
            context.getOrDefault(UID, ""));
    boolean whole = !pod.namespace().isEmpty() && !pod.name().isEmpty() && PodPath.isUid(pod.uid());
    return whole ? Optional.of(pod) : Optional.empty();
  }
}
