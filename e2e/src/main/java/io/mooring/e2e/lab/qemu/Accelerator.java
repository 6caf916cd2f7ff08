package io.mooring.e2e.lab.qemu;

import java.util.List;

/** How QEMU runs the processor of a VM. */
public enum Accelerator {
  /** On the real processor, through /dev/kvm. */
  KVM("kvm", "host"),
  /** Translated: works everywhere, 10 to 20 times slower where it forks. */
  TCG("tcg,thread=multi,tb-size=512", "max");

  private final String option;
  private final String cpu;

  Accelerator(String option, String cpu) {
    this.option = option;
    this.cpu = cpu;
  }

  /** The options of QEMU's command line. */
  List<String> options() {
    return List.of("-accel", option, "-cpu", cpu);
  }
}
