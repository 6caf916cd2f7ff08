package io.mooring.e2e.suite;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How large a volume is for those who serve it and those who see it, in bytes. */
final class Sizes {
  private Sizes() {}

  /** Of the device behind the volume's backstore, which is what the kernel tells initiators. */
  static long served(Mooring mooring, Attachment attachment) {
    return Long.parseLong(
        mooring
            .agent()
            .vm()
            .shell()
            .check(
                "blockdev --getsize64 \"$(cat /sys/kernel/config/target/core/iblock_*/mooring-%s/udev_path)\""
                    .formatted(attachment.serial()))
            .strip());
  }

  /** Of the map and of each of its paths. */
  static Set<Long> seen(NodeHost node, Attachment attachment) {
    String script =
        """
        map=$(basename "$(readlink -f /dev/mapper/%s)")
        cat /sys/block/$map/size
        for path in /sys/block/$map/slaves/*; do cat $path/size; done
        """
            .formatted(attachment.wwid());
    List<Long> sizes =
        node.vm().shell().check(script).lines().map(line -> Long.parseLong(line) * 512).toList();
    return new TreeSet<>(sizes);
  }
}
