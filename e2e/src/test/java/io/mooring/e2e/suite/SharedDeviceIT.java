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
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.lab.tool.Together;
import io.mooring.e2e.load.Content;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One raw device on two nodes at once, as a virtual machine that moves needs it. */
@ExtendWith(MooringExtension.class)
class SharedDeviceIT {
  private static final AccessMode.Mode SHARED = AccessMode.Mode.MULTI_NODE_MULTI_WRITER;
  private static final int PIECES = 128;

  private final Mooring mooring;

  SharedDeviceIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("lab")
  @Test
  void whatOneNodeWritesTheOtherReads() {
    Inventory before = mooring.inventory();
    Volume volume = create("shared");
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

  /** Each its own places of one device, the one over a path less. */
  @Tag("long")
  @Test
  void bothNodesWriteAtOnceAndNoByteIsLost() {
    Inventory before = mooring.inventory();
    NodeHost node1 = mooring.node1();
    NodeHost node2 = mooring.node2();
    Volume volume = create("at-once");
    Attachment one = attach(volume, node1);
    Attachment other = attach(volume, node2);
    Paths.awaitReady(node1, one, 2);

    Together.run(
        List.of(
            () -> write(node1, one, 0),
            () -> write(node2, other, 1),
            () -> mooring.lab().pullCable(node1.vm().number(), StoragePath.A)));

    assertThat(sum(node1, one)).isEqualTo(expectedSum(node1)).isEqualTo(sum(node2, other));
    mooring.lab().plugCable(node1.vm().number(), StoragePath.A);
    Paths.awaitReady(node1, one, 2);
    mooring.detach(one, node1);
    mooring.remove(other, node2);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Every second MiB, each told from all others. */
  private static void write(NodeHost node, Attachment attachment, int first) {
    node.vm()
        .shell()
        .check(
            """
            set -e
            for i in $(seq %d 2 %d); do
              yes "piece $i" | head -c 1M | dd of=%s bs=1M seek=$i iflag=fullblock oflag=direct conv=notrunc status=none
            done
            """
                .formatted(first, PIECES - 1, attachment.targetPath()));
  }

  private static String sum(NodeHost node, Attachment attachment) {
    return node.vm()
        .shell()
        .check(
            "dd if=%s bs=1M count=%d iflag=direct status=none | sha256sum"
                .formatted(attachment.targetPath(), PIECES));
  }

  private static String expectedSum(NodeHost node) {
    return node.vm()
        .shell()
        .check(
            "for i in $(seq 0 %d); do yes \"piece $i\" | head -c 1M; done | sha256sum"
                .formatted(PIECES - 1));
  }

  private Volume create(String name) {
    CreateVolumeRequest request =
        ControllerClient.createRequest(VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK))
            .toBuilder()
            .clearVolumeCapabilities()
            .addVolumeCapabilities(VolumeKind.BLOCK.capability(SHARED))
            .build();
    return mooring.controller().stub().createVolume(request).getVolume();
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
