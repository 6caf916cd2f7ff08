package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.ControllerProcess;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller that dies between what a storage host has done for it and its own answer. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class KillControllerIT {
  private final Mooring mooring;
  private final ControllerProcess process;
  private final ControllerClient controller;

  KillControllerIT(Mooring mooring) {
    this.mooring = mooring;
    this.process = mooring.controllerProcess();
    this.controller = mooring.controller();
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.disarm();
  }

  @ParameterizedTest
  @ValueSource(strings = {"controller.create.after-lookup", "controller.create.after-create"})
  void whileCreatingItMakesOneVolumeOnTheRetry(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec(failPoint);

    dyingAt(failPoint, () -> controller.create(spec));

    Volume volume = controller.create(spec);
    assertThat(mooring.inventory().since(before))
        .filteredOn(thing -> thing.startsWith("storage: volume "))
        .hasSize(1);
    controller.delete(volume.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whileDeletingItLeavesNothingAfterTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.delete.after-agent";
    String id = controller.create(spec(failPoint)).getVolumeId();

    dyingAt(failPoint, () -> controller.delete(id));

    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whilePublishingItMapsOneLunOnTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.publish.after-agent";
    NodeHost node = mooring.node1();
    Volume volume = controller.create(spec(failPoint));

    dyingAt(failPoint, () -> controller.publish(volume, node.nodeId(), VolumeKind.EXT4));

    assertThat(mooring.inventory().since(before))
        .filteredOn(thing -> thing.startsWith("storage: mapped "))
        .hasSize(1);
    mooring.remove(mooring.attach(volume, VolumeKind.EXT4, node), node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whileGrowingItGrowsAVolumeInUseOnTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.expand.after-agent";
    NodeHost node = mooring.node1();
    long larger = 2 * VolumeSpec.STANDARD_BYTES;
    Attachment attachment = mooring.provision(spec(failPoint), node);
    Content written = Content.write(node.vm(), attachment);

    dyingAt(failPoint, () -> controller.expand(attachment.volume().getVolumeId(), larger));

    assertThat(node.client().expand(attachment, larger)).isEqualTo(larger);
    assertThat(Sizes.seen(node, attachment)).containsExactly(larger);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whileLimitsChangeTheyHoldAfterTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.modify.after-agent";
    NodeHost node = mooring.node1();
    Volume volume = controller.create(spec(failPoint));
    String id = volume.getVolumeId();

    dyingAt(failPoint, () -> controller.modify(id, Map.of("writeIops", "10")));

    assertThat(controller.publish(volume, node.nodeId(), VolumeKind.EXT4).toString())
        .contains("\"writeIops\":10,");
    controller.unpublish(id, node.nodeId());
    controller.delete(id);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whileSnapshottingItMakesOneSnapshotOnTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.snapshot.after-agent";
    String id = controller.create(spec(failPoint)).getVolumeId();

    dyingAt(failPoint, () -> controller.snapshot("of-" + failPoint, id));

    Snapshot snapshot = controller.snapshot("of-" + failPoint, id);
    assertThat(controller.snapshots(id)).containsExactly(snapshot);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    controller.delete(id);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void whileSnapshottingTogetherItMakesOneGroupOnTheRetry() {
    Inventory before = mooring.inventory();
    String failPoint = "controller.group.after-agent";
    String first = controller.create(spec("first-" + failPoint)).getVolumeId();
    String second = controller.create(spec("second-" + failPoint)).getVolumeId();

    dyingAt(failPoint, () -> controller.group("of-" + failPoint, first, second));

    VolumeGroupSnapshot group = controller.group("of-" + failPoint, first, second);
    for (String volume : List.of(first, second)) {
      assertThat(controller.snapshots(volume)).hasSize(1);
    }
    controller.deleteGroup(group);
    controller.delete(first);
    controller.delete(second);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Repeats the call as sidecars do, with the process started again as a kubelet does. */
  private void dyingAt(String failPoint, Runnable call) {
    process.dieAt(failPoint);
    Calls.untilOk(() -> {
      process.revive();
      call.run();
    });
    assertThat(process.armed()).as("the process did not pass " + failPoint).isFalse();
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of("kill-" + name, AgentHost.THIN, VolumeKind.EXT4);
  }
}
