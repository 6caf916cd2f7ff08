package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The classic way to destroy data: a LUN number comes to mean another volume while the node still
 * has the old device. The quarantine prevents it; here it is brought about by hand in configfs.
 */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class StaleLunIT {
  private final Mooring mooring;

  StaleLunIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void aDeviceInUseThatNowLeadsToAnotherVolumeStopsTheAttach() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment old =
        mooring.provision(VolumeSpec.of("stale-used", AgentHost.THIN, VolumeKind.BLOCK), node);
    Attachment fresh = onTheSameLun(old, "fresh-used");

    Status status = Calls.status(() -> node.client().stage(fresh));

    assertThat(status.getCode()).isIn(Status.Code.FAILED_PRECONDITION, Status.Code.INTERNAL);
    assertThat(status.getDescription()).contains(old.volume().getVolumeId());
    assertThat(node.vm().shell().run("test -e /dev/mapper/" + fresh.wwid()).succeeded()).isFalse();

    node.client().unstage(fresh);
    LunMap.restore(mooring, old);
    mooring.controller().unpublish(fresh.volume().getVolumeId(), node.nodeId());
    mooring.controller().delete(fresh.volume().getVolumeId());
    Paths.awaitReady(node, old, 2);
    mooring.remove(old, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void anUnusedStaleDeviceIsPurgedAndTheRightDiskAttached() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment old =
        mooring.provision(VolumeSpec.of("stale-idle", AgentHost.THIN, VolumeKind.BLOCK), node);
    Content ofOld = Content.write(node.vm(), old);
    // What a lost node plugin leaves: nothing mounted, nothing tracked, the devices still there.
    node.client().unpublish(old);
    node.unit().stop();
    node.vm().shell().check("rm -f /var/lib/mooring-node/volumes/*");
    Attachment fresh = onTheSameLun(old, "fresh-idle");
    node.unit().start();
    node.awaitReady();

    node.client().stage(fresh);
    node.client().publish(fresh);
    Content ofFresh = Content.write(node.vm(), fresh);
    assertThat(node.vm().shell().run("test -e /dev/mapper/" + old.wwid()).succeeded())
        .as("the stale map is gone")
        .isFalse();
    node.client().unpublish(fresh);
    node.client().unstage(fresh);

    LunMap.restore(mooring, old);
    mooring.controller().unpublish(fresh.volume().getVolumeId(), node.nodeId());
    mooring.controller().unpublish(old.volume().getVolumeId(), node.nodeId());
    Attachment again = mooring.attach(old.volume(), old.kind(), node);
    assertThat(Content.read(node.vm(), again)).isEqualTo(ofOld).isNotEqualTo(ofFresh);
    mooring.remove(again, node);
    mooring.controller().delete(fresh.volume().getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Publishes a new volume and moves it, behind the agent's back, to the old one's LUN number. */
  private Attachment onTheSameLun(Attachment old, String name) {
    Volume volume =
        mooring.controller().create(VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK));
    Attachment published = mooring.publish(volume, VolumeKind.BLOCK, mooring.node1());
    LunMap.point(mooring.agent().vm(), published, old.lun(), published.lun());
    Map<String, String> context = new HashMap<>(published.publishContext());
    context.computeIfPresent(
        "targets",
        (key, json) -> json.replace("\"lun\":" + published.lun(), "\"lun\":" + old.lun()));
    return new Attachment(
        volume, VolumeKind.BLOCK, context, published.stagingPath(), published.targetPath());
  }
}
