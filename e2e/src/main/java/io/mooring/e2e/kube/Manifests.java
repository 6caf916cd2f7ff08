package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.process.Version;

/** The objects that tests and demo make, as YAML. */
public final class Manifests {
  /** A shell and its tools: what is at hand on the nodes anyway. */
  public static final String IMAGE = "localhost/mooring-controller:" + Version.current();

  private Manifests() {}

  /**
   * A claim.
   *
   * @param size as Kubernetes writes it, such as {@code 320Mi}
   * @param accessMode such as {@code ReadWriteOnce}
   * @param block a raw device instead of a file system
   */
  public record Claim(
      String name, String storageClass, String size, String accessMode, boolean block) {
    public Claim {
      requireNonNull(name, "name is null");
      requireNonNull(storageClass, "storageClass is null");
      requireNonNull(size, "size is null");
      requireNonNull(accessMode, "accessMode is null");
    }

    /** A small file system for one node, of the chart's default class. */
    public static Claim of(String name) {
      return new Claim(name, "mooring", "64Mi", "ReadWriteOnce", false);
    }

    public Claim withClass(String other) {
      return new Claim(name, other, size, accessMode, block);
    }

    public Claim withAccessMode(String other) {
      return new Claim(name, storageClass, size, other, block);
    }

    public Claim asBlock() {
      return new Claim(name, storageClass, size, accessMode, true);
    }

    public String yaml() {
      return """
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: %s}
      spec:
        storageClassName: %s
        accessModes: [%s]
        volumeMode: %s
        resources: {requests: {storage: %s}}
      """
          .formatted(name, storageClass, accessMode, block ? "Block" : "Filesystem", size);
    }
  }

  /** A pod that runs a shell script with the claim of the same name at /data or /dev/data. */
  public static String pod(Claim claim, String node, String script) {
    return pod(claim.name(), claim, node, script);
  }

  /** A pod of that name on that node; an empty node lets the scheduler choose. */
  public static String pod(String name, Claim claim, String node, String script) {
    return """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: {app: %s}}
    spec:
    %s
    """
        .formatted(name, name, podSpec(claim, node, script).indent(2).stripTrailing());
  }

  /** The same pod, which is not evicted however long its node is away. */
  static String staying(String pod) {
    return pod.replaceAll(", tolerationSeconds: \\d+", "");
  }

  /** One replica that is replaced, never doubled; its pod has that name and {@code -0}. */
  public static String statefulSet(String name, Claim claim, String script) {
    return """
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: %1$s}
    spec:
      serviceName: %1$s
      replicas: 1
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
    %2$s
    """
        .formatted(name, podSpec(claim, "", script).indent(6).stripTrailing());
  }

  private static String podSpec(Claim claim, String node, String script) {
    String place =
        node.isEmpty() ? "" : "nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node);
    String use =
        claim.block()
            ? "volumeDevices: [{name: data, devicePath: /dev/data}]"
            : "volumeMounts: [{name: data, mountPath: /data}]";
    // The image's user is nobody in particular: a file system is given to its group, a device is
    // not.
    String user = claim.block() ? "{runAsUser: 0}" : "{fsGroup: 65532}";
    return place
        + """
        terminationGracePeriodSeconds: 1
        securityContext: %s
        tolerations:
        - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5}
        - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
        containers:
        - name: main
          image: %s
          imagePullPolicy: IfNotPresent
          command: ["/bin/sh", "-c"]
          args:
          - |
        %s
          %s
        volumes:
        - name: data
          persistentVolumeClaim: {claimName: %s}
        """
            .formatted(user, IMAGE, script.indent(4).stripTrailing(), use, claim.name());
  }
}
