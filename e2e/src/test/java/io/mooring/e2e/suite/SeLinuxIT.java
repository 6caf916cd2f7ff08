package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Mounts with the SELinux context of their pod, under a kernel that enforces a policy. */
@ExtendWith(MooringExtension.class)
class SeLinuxIT {
  private static final String TYPE = "system_u:object_r:container_file_t:s0:";
  private static final String OURS = "c1,c2";
  private static final String THEIRS = "c3,c4";

  private final Mooring mooring;

  SeLinuxIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("long")
  @Test
  void aMountHasTheContextThatTheKubeletAsksForAndKeepsOthersOut() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    try (SeLinuxHost host = SeLinuxHost.enforcing(mooring.lab(), node)) {
      for (VolumeKind kind : new VolumeKind[] {VolumeKind.EXT4, VolumeKind.XFS, VolumeKind.BTRFS}) {
        fileSystem(kind, node, host);
      }
      rawDevice(node, host);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void fileSystem(VolumeKind kind, NodeHost node, SeLinuxHost host) {
    Attachment attachment = published("selinux-" + kind, kind, node);
    node.client().stub().nodeStageVolume(stage(attachment, OURS));
    node.client().stub().nodeStageVolume(stage(attachment, OURS));
    node.client().stub().nodePublishVolume(publish(attachment, OURS));
    node.client().stub().nodePublishVolume(publish(attachment, OURS));

    assertThat(node.vm().shell().check("cat /proc/self/mountinfo").lines())
        .as("%s: staged and published with the context", kind)
        .filteredOn(line ->
            line.contains(" " + attachment.stagingPath() + " ")
                || line.contains(" " + attachment.targetPath() + " "))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("context=\"" + TYPE + OURS + "\""));
    String file = attachment.targetPath() + "/note";
    node.vm().shell().check("echo ours > " + file);
    assertThat(host.labelOf(attachment.targetPath())).isEqualTo(TYPE + OURS);
    assertThat(host.labelOf(file)).isEqualTo(TYPE + OURS);
    assertThat(host.read(file, OURS).text()).as("%s: its own pod reads", kind).isEqualTo("ours");
    assertThat(host.read(file, THEIRS).stderr())
        .as("%s: another pod does not", kind)
        .contains("Permission denied");
    assertThat(Calls.code(() -> node.client().stub().nodeStageVolume(stage(attachment, THEIRS))))
        .isEqualTo(Code.ALREADY_EXISTS);
    assertThat(
            Calls.code(() -> node.client().stub().nodePublishVolume(publish(attachment, THEIRS))))
        .isEqualTo(Code.FAILED_PRECONDITION);

    // The label was the mount's: with another one the same files have that one.
    node.client().unpublish(attachment);
    node.client().unstage(attachment);
    node.client().stub().nodeStageVolume(stage(attachment, THEIRS));
    node.client().stub().nodePublishVolume(publish(attachment, THEIRS));
    assertThat(host.labelOf(file)).isEqualTo(TYPE + THEIRS);
    assertThat(host.read(file, THEIRS).text()).isEqualTo("ours");
    mooring.remove(attachment, node);
  }

  private void rawDevice(NodeHost node, SeLinuxHost host) {
    Attachment raw = published("selinux-raw", VolumeKind.BLOCK, node);
    node.client().stage(raw);
    String label = host.labelOf("/dev/mapper/" + raw.wwid());
    node.client().publish(raw);
    Content written = Content.write(node.vm(), raw);
    assertThat(Content.read(node.vm(), raw)).isEqualTo(written);
    assertThat(host.labelOf(raw.targetPath())).isEqualTo(label);
    mooring.remove(raw, node);
  }

  private Attachment published(String name, VolumeKind kind, NodeHost node) {
    VolumeSpec spec = VolumeSpec.of(name.toLowerCase(Locale.ROOT), AgentHost.THIN, kind);
    return mooring.publish(mooring.controller().create(spec), kind, node);
  }

  private static NodeStageVolumeRequest stage(Attachment attachment, String categories) {
    return NodeClient.stageRequest(attachment).toBuilder()
        .setVolumeCapability(labelled(attachment.kind(), categories))
        .build();
  }

  private static NodePublishVolumeRequest publish(Attachment attachment, String categories) {
    return NodeClient.publishRequest(attachment).toBuilder()
        .setVolumeCapability(labelled(attachment.kind(), categories))
        .build();
  }

  /** As a kubelet asks with SELinuxMount: in the mount flags of both calls, with quotes. */
  private static VolumeCapability labelled(VolumeKind kind, String categories) {
    VolumeCapability.Builder capability = kind.capability().toBuilder();
    capability.getMountBuilder().addMountFlags("context=\"" + TYPE + categories + "\"");
    return capability.build();
  }
}
