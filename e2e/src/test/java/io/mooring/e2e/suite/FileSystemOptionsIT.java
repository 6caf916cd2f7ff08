package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a StorageClass says of mkfs is what the file system is like. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class FileSystemOptionsIT {
  private final Mooring mooring;

  FileSystemOptionsIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void optionsOfMkfsReachTheFileSystem() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("options", AgentHost.THIN, VolumeKind.EXT4);
    Volume volume =
        mooring
            .controller()
            .stub()
            .createVolume(
                ControllerClient.createRequest(spec).toBuilder()
                    .putParameters("mkfsOptions", "-N 1024 -m 0 -E stride=16")
                    .build())
            .getVolume();

    Attachment attachment = mooring.attach(volume, spec.kind(), node);

    assertThat(node.vm().shell().check("dumpe2fs -h /dev/mapper/" + attachment.wwid()))
        .containsPattern("Inode count: +(9|10)\\d\\d\n")
        .containsPattern("Reserved block count: +0\n")
        .containsPattern("RAID stride: +16\n");
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
