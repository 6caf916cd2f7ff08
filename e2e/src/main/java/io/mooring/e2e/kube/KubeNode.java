package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;

/** A worker VM as a node of the cluster. */
public final class KubeNode {
  private static final Duration JOINING = Duration.ofMinutes(8);
  private static final Duration RESTARTING = Duration.ofMinutes(2);

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
    return "10.78.0." + (10 + vm.number());
  }

  /** Puts containerd, the images and a kubelet in place and starts them. */
  void join(String kubeconfig, int apiPort) {
    vm.shell().write("/etc/kubernetes/kubelet.kubeconfig", kubeconfig);
    String variables =
        """
        name=%s
        address=%s
        pods=10.88.%d.0/24
        api_host=%s
        api_port=%d
        service=%s
        """
            .formatted(
                name(),
                address(vm),
                vm.number(),
                ControlPlane.HOST_SEEN_BY_VMS,
                apiPort,
                ControlPlane.SERVICE);
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
