package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One raw device on two nodes at once, as a virtual machine that moves needs it. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class SharedDeviceIT {
  private static final AccessMode.Mode SHARED = AccessMode.Mode.MULTI_NODE_MULTI_WRITER;

  private final Mooring mooring;

  SharedDeviceIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void whatOneNodeWritesTheOtherReads() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("shared", AgentHost.THIN, VolumeKind.BLOCK);
    CreateVolumeRequest request =
        ControllerClient.createRequest(spec).toBuilder()
            .clearVolumeCapabilities()
            .addVolumeCapabilities(VolumeKind.BLOCK.capability(SHARED))
            .build();
    Volume volume = mooring.controller().stub().createVolume(request).getVolume();
    Attachment one = attach(volume, mooring.node1());
    Attachment other = attach(volume, mooring.node2());

    Content ofOne = Content.write(mooring.node1().vm(), one);
    assertThat(Content.read(mooring.node2().vm(), other)).isEqualTo(ofOne);
    Content ofOther = Content.write(mooring.node2().vm(), other);
    assertThat(Content.read(mooring.node1().vm(), one)).isEqualTo(ofOther);

    mooring.detach(one, mooring.node1());
    assertThat(Content.read(mooring.node2().vm(), other)).isEqualTo(ofOther);
    mooring.remove(other, mooring.node2());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Attachment attach(Volume volume, NodeHost node) {
    var context =
        mooring
            .controller()
            .stub()
            .controllerPublishVolume(
                ControllerPublishVolumeRequest.newBuilder()
                    .setVolumeId(volume.getVolumeId())
                    .setNodeId(node.nodeId())
                    .setVolumeCapability(VolumeKind.BLOCK.capability(SHARED))
                    .build())
            .getPublishContextMap();
    Attachment attachment = Attachment.of(volume, VolumeKind.BLOCK, context);
    node.prepare(attachment);
    var _ =
        node.client()
            .stub()
            .nodeStageVolume(
                NodeClient.stageRequest(attachment).toBuilder()
                    .setVolumeCapability(VolumeKind.BLOCK.capability(SHARED))
                    .build());
    var _ =
        node.client()
            .stub()
            .nodePublishVolume(
                NodeClient.publishRequest(attachment).toBuilder()
                    .setVolumeCapability(VolumeKind.BLOCK.capability(SHARED))
                    .build());
    return attachment;
  }
}
