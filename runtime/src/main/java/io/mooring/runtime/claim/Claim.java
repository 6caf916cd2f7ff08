package io.mooring.runtime.claim;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * The PersistentVolumeClaim that a volume was made for, for people: nothing is decided by it. Both
 * are empty where nobody said, as outside of Kubernetes.
 */
public record Claim(String namespace, String name) {
  /** Nobody said. */
  public static final Claim NONE = new Claim("", "");

  /**
   * The parameters that external-provisioner adds with --extra-create-metadata, and the keys of the
   * volume context that carry them to the node.
   */
  private static final String NAMESPACE = "csi.storage.k8s.io/pvc/namespace";

  private static final String NAME = "csi.storage.k8s.io/pvc/name";

  public Claim {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
  }

  /** What parameters or a volume context say of it; nothing unless they say both. */
  public static Claim of(Map<String, String> said) {
    String namespace = said.getOrDefault(NAMESPACE, "");
    String name = said.getOrDefault(NAME, "");
    return namespace.isEmpty() || name.isEmpty() ? NONE : new Claim(namespace, name);
  }

  /** For the volume context. */
  public Map<String, String> context() {
    return equals(NONE) ? Map.of() : Map.of(NAMESPACE, namespace, NAME, name);
  }
}
