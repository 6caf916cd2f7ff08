package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.LabShape;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;

/** A worker VM as a node of the cluster. */
public final class KubeNode {
  private static final Duration JOINING = Duration.ofMinutes(8);
  private static final Duration RESTARTING = Duration.ofMinutes(2);

  /** Of the nodes' addresses, and of those of their pods; the rest is the node's number. */
  private static final String NODES = "10.78.0";

  private static final String PODS = "10.88";

  private final VirtualMachine vm;

  KubeNode(VirtualMachine vm) {
    this.vm = requireNonNull(vm, "vm is null");
  }

  /** Of the Node object. */
  public String name() {
    return vm.name();
  }

  public VirtualMachine vm() {
    return vm;
  }

  /** The Node object's address. */
  static String address(VirtualMachine vm) {
    return NODES + "." + (10 + vm.number());
  }

  /**
   * Puts containerd, the images, a kubelet and a kube-proxy in place and starts them.
   *
   * @param kubelet its kubeconfig
   * @param proxy the other's
   */
  void join(String kubelet, String proxy) {
    vm.shell().write("/etc/kubernetes/kubelet.kubeconfig", kubelet);
    vm.shell().write("/etc/kubernetes/kube-proxy.kubeconfig", proxy);
    String variables =
        """
        name=%s
        number=%d
        address=%s
        nodes=%s
        pods=%s
        host=%s
        """
            .formatted(name(), vm.number(), address(vm), NODES, PODS, LabShape.HOST_SEEN_BY_VMS);
    vm.shell()
        .check(variables + Resources.text(KubeNode.class, "join.sh"), Deadline.after(JOINING));
  }

  /** Makes images known to its container runtime that were not there at its start. */
  void load(Path bundle) {
    String there = "/var/tmp/images.tar";
    vm.shell().upload(bundle, there, Deadline.after(JOINING));
    vm.shell()
        .check(
            "ctr --namespace k8s.io images import --snapshotter overlayfs %1$s > /dev/null; rm %1$s"
                .formatted(there),
            Deadline.after(JOINING));
  }

  /** As an upgrade of Kubernetes does. */
  public void restartKubelet() {
    vm.shell().check("systemctl restart kubelet", Deadline.after(RESTARTING));
  }
}
