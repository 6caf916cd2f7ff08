package io.mooring.e2e.suite;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.lab.qemu.VirtualMachine;

/** Mapped LUNs of one node's ACL, changed by hand as a careless administrator might. */
final class LunMap {
  private LunMap() {}

  private static String acl(Attachment attachment) {
    return "/sys/kernel/config/target/iscsi/"
        + attachment.iqn()
        + "/tpgt_1/acls/iqn.2026-01.io.mooring:node.*";
  }

  /** Makes a mapped LUN number lead to the TPG's LUN of another volume. */
  static void point(VirtualMachine storage, Attachment attachment, int mapped, int tpgLun) {
    storage
        .shell()
        .check(
            """
            set -e
            shopt -s nullglob
            cd %1$s
            for l in lun_%2$d/*; do if [ -L "$l" ]; then rm "$l"; fi; done
            ln -s "$(readlink -f ../../lun/lun_%3$d)" lun_%2$d/by-hand
            """
                .formatted(acl(attachment), mapped, tpgLun));
  }

  /**
   * Gives a mapped LUN back to its volume: without the link, the agent's reconciler makes it right.
   */
  static void restore(Mooring mooring, Attachment attachment) {
    mooring
        .agent()
        .vm()
        .shell()
        .check("rm %s/lun_%d/by-hand".formatted(acl(attachment), attachment.lun()));
    mooring.restartAgent();
  }
}
