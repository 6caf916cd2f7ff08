package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.ControllerPublishVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode.Mode;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.guest.GuestResult;
import io.mooring.e2e.load.Content;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Volumes for readers: the storage host itself takes no write, and no byte of them changes. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class ReadOnlyIT {
  private static final Duration READING = Duration.ofMinutes(4);

  private final Mooring mooring;

  ReadOnlyIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @ParameterizedTest
  @EnumSource(VolumeKind.class)
  void aReaderSeesWhatWasWrittenAndChangesNoByte(VolumeKind kind) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment writer =
        mooring.provision(VolumeSpec.of("reader-" + kind, AgentHost.THIN, kind), node);
    Content written = Content.write(node.vm(), writer);
    mooring.detach(writer, node);
    String sum = sum(writer);

    Attachment reader = attach(writer.volume(), kind, Mode.SINGLE_NODE_READER_ONLY, node);
    Paths.awaitReady(node, reader, 2);
    assertThat(Content.read(node.vm(), reader)).isEqualTo(written);
    assertNothingCanBeWritten(reader, node);
    mooring.detach(reader, node);

    assertThat(sum(writer)).as("every byte of the volume").isEqualTo(sum);
    Attachment again = mooring.attach(writer.volume(), kind, node);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void aRawDeviceHasReadersOnEachNodeAtTheSameTime() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("readers", AgentHost.THIN, VolumeKind.BLOCK);
    Volume volume =
        mooring
            .controller()
            .stub()
            .createVolume(
                ControllerClient.createRequest(spec).toBuilder()
                    .addVolumeCapabilities(spec.kind().capability(Mode.MULTI_NODE_READER_ONLY))
                    .build())
            .getVolume();
    Attachment writer = mooring.attach(volume, spec.kind(), mooring.node1());
    Content written = Content.write(mooring.node1().vm(), writer);
    mooring.detach(writer, mooring.node1());
    String sum = sum(writer);

    Attachment one = attach(volume, spec.kind(), Mode.MULTI_NODE_READER_ONLY, mooring.node1());
    Attachment other = attach(volume, spec.kind(), Mode.MULTI_NODE_READER_ONLY, mooring.node2());
    assertThat(Content.read(mooring.node1().vm(), one)).isEqualTo(written);
    assertThat(Content.read(mooring.node2().vm(), other)).isEqualTo(written);
    assertNothingCanBeWritten(one, mooring.node1());
    assertNothingCanBeWritten(other, mooring.node2());
    mooring.detach(one, mooring.node1());
    mooring.detach(other, mooring.node2());

    assertThat(sum(writer)).as("every byte of the volume").isEqualTo(sum);
    mooring.controller().delete(volume.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** One whose log could not be replayed on the second node either. */
  @Test
  void aFileSystemHasNoReadersOnSeveralNodes() {
    Inventory before = mooring.inventory();
    Volume volume =
        mooring.controller().create(VolumeSpec.of("no-readers", AgentHost.THIN, VolumeKind.EXT4));

    Status refusal =
        Calls.status(
            () -> publish(volume, VolumeKind.EXT4, Mode.MULTI_NODE_READER_ONLY, mooring.node1()));

    assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.getDescription()).contains("MULTI_NODE_READER_ONLY is not offered");
    mooring.controller().delete(volume.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Attachment attach(Volume volume, VolumeKind kind, Mode mode, NodeHost node) {
    VolumeCapability capability = kind.capability(mode);
    Attachment attachment = publish(volume, kind, mode, node);
    node.prepare(attachment);
    var _ =
        node.client()
            .stub()
            .nodeStageVolume(
                NodeClient.stageRequest(attachment).toBuilder()
                    .setVolumeCapability(capability)
                    .build());
    var _ =
        node.client()
            .stub()
            .nodePublishVolume(
                NodeClient.publishRequest(attachment).toBuilder()
                    .setVolumeCapability(capability)
                    .build());
    return attachment;
  }

  private Attachment publish(Volume volume, VolumeKind kind, Mode mode, NodeHost node) {
    return Attachment.of(
        volume,
        kind,
        mooring
            .controller()
            .stub()
            .controllerPublishVolume(
                ControllerPublishVolumeRequest.newBuilder()
                    .setVolumeId(volume.getVolumeId())
                    .setNodeId(node.nodeId())
                    .setVolumeCapability(kind.capability(mode))
                    .putAllVolumeContext(volume.getVolumeContextMap())
                    .build())
            .getPublishContextMap());
  }

  /** Neither by the pod, nor past it by root on the node, nor past the node. */
  private void assertNothingCanBeWritten(Attachment attachment, NodeHost node) {
    String pod =
        attachment.kind() == VolumeKind.BLOCK
            ? overwrite(attachment.targetPath())
            : "touch %s/new".formatted(attachment.targetPath());
    assertFails(node, pod);
    assertFails(node, overwrite("/dev/mapper/" + attachment.wwid()));
    assertThat(writeProtection(attachment, node)).as("of map and paths").containsExactly("1");
    assertThat(
            mooring
                .agent()
                .vm()
                .shell()
                .check(
                    "cat /sys/kernel/config/target/iscsi/%s/tpgt_1/acls/iqn.2026-01.io.mooring:node.*/lun_%d/write_protect"
                        .formatted(attachment.iqn(), attachment.lun()))
                .strip())
        .as("of the LUN itself")
        .isEqualTo("1");
  }

  private static void assertFails(NodeHost node, String script) {
    GuestResult result = node.vm().shell().run(script);
    assertThat(result.succeeded()).as(script).isFalse();
    assertThat(result.stderr())
        .containsAnyOf(
            "Read-only file system",
            "Operation not permitted",
            "Permission denied",
            "Input/output");
  }

  private static String overwrite(String device) {
    return "dd if=/dev/urandom of=%s bs=4096 count=1 oflag=direct conv=notrunc status=none"
        .formatted(device);
  }

  /** What the kernel says of the map and of each of its paths. */
  private static Set<String> writeProtection(Attachment attachment, NodeHost node) {
    String script =
        """
        set -e
        map=$(basename "$(readlink -f /dev/mapper/%s)")
        cat /sys/block/$map/ro
        for path in /sys/block/$map/slaves/*; do cat $path/ro; done
        """
            .formatted(attachment.wwid());
    return new TreeSet<>(node.vm().shell().check(script).lines().toList());
  }

  /** A checksum of all that the storage host has of a volume that nobody has attached. */
  private String sum(Attachment attachment) {
    return mooring
        .agent()
        .vm()
        .shell()
        .check(
            """
            set -e -o pipefail
            lvchange -q -ay mooring/mooring-%1$s
            udevadm settle
            dd if=/dev/mooring/mooring-%1$s iflag=direct bs=1M status=none | sha256sum
            """
                .formatted(attachment.serial()),
            Deadline.after(READING))
        .strip();
  }
}
