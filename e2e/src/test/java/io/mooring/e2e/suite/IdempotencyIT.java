package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
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

/** Sidecars and kubelets repeat themselves, and sometimes get the order wrong. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class IdempotencyIT {
  private final Mooring mooring;

  IdempotencyIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void everyCallCanComeTwice() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("twice", AgentHost.THIN, VolumeKind.EXT4);

    Volume volume = mooring.controller().create(spec);
    assertThat(mooring.controller().create(spec)).isEqualTo(volume);

    Attachment attachment = mooring.publish(volume, spec.kind(), node);
    assertThat(mooring.publish(volume, spec.kind(), node)).isEqualTo(attachment);

    node.client().stage(attachment);
    node.client().stage(attachment);
    node.client().publish(attachment);
    node.client().publish(attachment);
    assertThat(mounts(attachment)).containsOnlyOnce(attachment.targetPath());
    Content written = Content.write(node.vm(), attachment);
    node.client().stage(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);

    node.client().unpublish(attachment);
    node.client().unpublish(attachment);
    node.client().unstage(attachment);
    node.client().unstage(attachment);
    mooring.controller().unpublish(volume.getVolumeId(), node.nodeId());
    mooring.controller().unpublish(volume.getVolumeId(), node.nodeId());
    mooring.controller().delete(volume.getVolumeId());
    mooring.controller().delete(volume.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private String mounts(Attachment attachment) {
    return mooring
        .node1()
        .vm()
        .shell()
        .check("grep -F ' " + attachment.targetPath() + " ' /proc/self/mountinfo");
  }

  @Test
  void callsInTheWrongOrderAreRefusedOrHarmless() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("order", AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = mooring.controller().create(spec);
    Attachment attachment = mooring.publish(volume, spec.kind(), node);

    assertThat(Calls.code(() -> node.client().publish(attachment)))
        .as("publish before stage")
        .isEqualTo(Code.FAILED_PRECONDITION);
    node.client().unstage(attachment);
    node.client().unpublish(attachment);
    assertThat(Calls.code(() -> mooring.controller().delete(volume.getVolumeId())))
        .as("delete while published")
        .isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(Calls.code(() -> mooring.publish(volume, spec.kind(), mooring.node2())))
        .as("publish to a second node")
        .isEqualTo(Code.FAILED_PRECONDITION);

    node.client().stage(attachment);
    node.client().publish(attachment);
    assertThat(Calls.code(() -> node.client().unstage(attachment)))
        .as("unstage while published")
        .isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(node.readyPaths(attachment)).isEqualTo(2);
    mooring.remove(attachment, node);

    assertThat(Calls.code(() -> mooring.publish(volume, spec.kind(), node)))
        .isEqualTo(Code.NOT_FOUND);
    node.client().unstage(attachment);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
