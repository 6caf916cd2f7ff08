package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A volume whose content is lost at the storage host reads blank, and is not new all the same. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class WipedVolumeIT {
  private final Mooring mooring;

  WipedVolumeIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void whatHeldDataAndReadsBlankIsFormattedOnNoNode() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("wiped", AgentHost.THIN, VolumeKind.EXT4);
    Attachment first = mooring.provision(spec, mooring.node1());
    Content.write(mooring.node1().vm(), first);
    mooring.detach(first, mooring.node1());
    wipe(first);

    Status refusal =
        Calls.status(() -> mooring.attach(first.volume(), spec.kind(), mooring.node2()));

    assertThat(refusal.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.getDescription()).contains("was written to before and reads blank now");
    mooring.controller().unpublish(first.volume().getVolumeId(), mooring.node2().nodeId());
    assertThat(mappedSectors(first)).as("what a mkfs would have written").isEqualTo("0");
    mooring.controller().delete(first.volume().getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** As after a repair of the pool's metadata that lost the volume's blocks. */
  private void wipe(Attachment attachment) {
    onHost(
        "lvchange -q -ay mooring/mooring-%1$s && blkdiscard -f /dev/mooring/mooring-%1$s",
        attachment);
    assertThat(mappedSectors(attachment)).isEqualTo("0");
  }

  private String mappedSectors(Attachment attachment) {
    return onHost(
        "lvchange -q -ay mooring/mooring-%1$s && dmsetup status mooring-mooring--%1$s | cut -d ' ' -f 4",
        attachment);
  }

  private String onHost(String script, Attachment attachment) {
    return mooring.agent().vm().shell().check(script.formatted(attachment.serial())).strip();
  }
}
