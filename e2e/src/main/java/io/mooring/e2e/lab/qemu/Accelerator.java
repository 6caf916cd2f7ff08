package io.mooring.e2e.lab.qemu;

import java.util.List;

/** How QEMU runs the processor of a VM. */
public enum Accelerator {
  /** On the real processor, through /dev/kvm. */
  KVM("kvm", "host"),
  /**
   * Translated: works everywhere, 5 to 10 times slower where it forks. Without what a real
   * processor is faster with and a translated one slower: copies byte by byte (erms), a fifth level
   * of page tables, checks at each access to user memory, wide registers (all that needs xsave).
   */
  TCG(
      "tcg,thread=multi,tb-size=512",
      "max,erms=off,la57=off,smap=off,smep=off,mpx=off,pku=off,umip=off"
          + ",xsave=off,avx=off,avx2=off,f16c=off,fma=off,vaes=off,vpclmulqdq=off");

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
