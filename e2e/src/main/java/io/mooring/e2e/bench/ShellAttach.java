package io.mooring.e2e.bench;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Resources;

/**
 * What an experienced administrator would script to attach one known LUN, with no check and no
 * proof.
 */
final class ShellAttach {
  private final VirtualMachine vm;
  private final String variables;

  ShellAttach(VirtualMachine vm, Attachment attachment) {
    this.vm = requireNonNull(vm, "vm is null");
    this.variables =
        "wwid=%s lun=%d target=/mnt/by-hand%n".formatted(attachment.wwid(), attachment.lun());
  }

  /** Attaches and mounts; the time is taken in the VM, without the start of the shell. */
  double attachSeconds() {
    return Double.parseDouble(vm.shell().check(variables + script("shell-attach.sh")).strip());
  }

  void detach() {
    vm.shell().check(variables + script("shell-detach.sh"));
  }

  private static String script(String name) {
    return Resources.text(ShellAttach.class, name);
  }
}
