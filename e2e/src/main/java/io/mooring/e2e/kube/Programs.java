package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.GoModule;
import io.mooring.e2e.lab.tool.GoProgram;
import io.mooring.e2e.lab.tool.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes, its sidecars, etcd and Helm, built from the Go modules that {@code e2e/kubernetes}
 * pins to one release of k8s.io, so that they share most of what is compiled.
 */
public final class Programs {
  /** Of Kubernetes; the pod images and the chart are named for the sidecars' own versions. */
  public static final String KUBERNETES = "v1.36.3";

  static final String PROVISIONER = "v6.3.0";
  static final String ATTACHER = "v4.12.0";
  static final String RESIZER = "v2.2.0";
  static final String SNAPSHOTTER = "v8.5.0";

  private static final String SNAPSHOT_CLIENT =
      "github.com/kubernetes-csi/external-snapshotter/client/v8";

  /** Kubernetes asks its own programs for their version; a build without it is none at all. */
  private static final List<String> KUBERNETES_VERSION =
      List.of(
          "k8s.io/component-base/version.gitVersion=" + KUBERNETES,
          "k8s.io/component-base/version.gitMajor=1",
          "k8s.io/component-base/version.gitMinor=36",
          "k8s.io/component-base/version.gitTreeState=clean",
          "k8s.io/client-go/pkg/version.gitVersion=" + KUBERNETES);

  private static final List<GoProgram> ALL =
      List.of(
          kubernetes("kube-apiserver"),
          kubernetes("kube-controller-manager"),
          kubernetes("kubelet"),
          kubernetes("kube-proxy"),
          kubernetes("kube-scheduler"),
          kubernetes("kubectl"),
          GoProgram.of("etcd", "go.etcd.io/etcd/server/v3"),
          new GoProgram(
              "csi-provisioner",
              "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner",
              List.of("main.version=" + PROVISIONER)),
          new GoProgram(
              "csi-attacher",
              "github.com/kubernetes-csi/external-attacher/v4/cmd/csi-attacher",
              List.of("main.version=" + ATTACHER)),
          new GoProgram(
              "csi-resizer",
              "github.com/kubernetes-csi/external-resizer/v2/cmd/csi-resizer",
              List.of("main.version=" + RESIZER)),
          new GoProgram(
              "csi-snapshotter",
              "github.com/kubernetes-csi/external-snapshotter/v8/cmd/csi-snapshotter",
              List.of("main.version=" + SNAPSHOTTER)),
          new GoProgram(
              "snapshot-controller",
              "github.com/kubernetes-csi/external-snapshotter/v8/cmd/snapshot-controller",
              List.of("main.version=" + SNAPSHOTTER)),
          GoProgram.of("helm", "helm.sh/helm/v4/cmd/helm"),
          GoProgram.of("pause", "./pause"));

  private final Map<String, Path> files;
  private final Path snapshotApi;

  private Programs(Map<String, Path> files, Path snapshotApi) {
    this.files = Map.copyOf(files);
    this.snapshotApi = requireNonNull(snapshotApi, "snapshotApi is null");
  }

  private static GoProgram kubernetes(String name) {
    return new GoProgram(name, "k8s.io/kubernetes/cmd/" + name, KUBERNETES_VERSION);
  }

  /** From the cache, else built now: about 12 minutes on two processors, once per version. */
  public static Programs obtain(LabSettings settings, Progress progress) {
    Path module = settings.projectRoot().resolve("e2e/kubernetes");
    Path log = settings.projectRoot().resolve("e2e/target/go.log");
    GoModule go = new GoModule(module, settings.cache(), log);
    return new Programs(go.obtain(ALL, progress), go.folder(SNAPSHOT_CLIENT, "config/crd"));
  }

  /** The definitions of the snapshot API, which Kubernetes does not bring itself. */
  Path snapshotApi() {
    return snapshotApi;
  }

  /** The program of that name. */
  Path file(String name) {
    return requireNonNull(files.get(name), name);
  }

  /** The same as a word of a command line. */
  String word(String name) {
    return file(name).toString();
  }
}
