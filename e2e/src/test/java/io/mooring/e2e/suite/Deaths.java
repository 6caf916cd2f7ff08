package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.deployment.Unit;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Content;
import java.util.Map;

/** A process dies between two given steps; the same call again finishes the job, once. */
final class Deaths {
  /** What a volume grows to. */
  static final long LARGER = 2 * VolumeSpec.STANDARD_BYTES;

  private final Mooring mooring;

  Deaths(Mooring mooring) {
    this.mooring = mooring;
  }

  void whileStaging(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec(failPoint);
    Attachment attachment = mooring.publish(mooring.controller().create(spec), spec.kind(), node);

    dyingAt(node.unit(), failPoint, () -> node.client().stage(attachment));

    node.client().publish(attachment);
    Content written = Content.write(node.vm(), attachment);
    proveAndRemove(mooring, node, attachment, written, before);
  }

  /** No session is left of an earlier volume. */
  void whileLoggingIn(String failPoint) {
    mooring.node1().logOut();
    whileStaging(failPoint);
  }

  void whileUnstaging(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(spec(failPoint), node);
    node.client().unpublish(attachment);

    dyingAt(node.unit(), failPoint, () -> node.client().unstage(attachment));

    mooring.controller().unpublish(attachment.volume().getVolumeId(), node.nodeId());
    mooring.controller().delete(attachment.volume().getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whilePublishingToAPod(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec(failPoint);
    Attachment attachment = mooring.publish(mooring.controller().create(spec), spec.kind(), node);
    node.client().stage(attachment);

    dyingAt(node.unit(), failPoint, () -> node.client().publish(attachment));

    Content written = Content.write(node.vm(), attachment);
    proveAndRemove(mooring, node, attachment, written, before);
  }

  /** The pod goes, and the next one finds what it has written. */
  void whileUnpublishingFromAPod(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(spec(failPoint), node);
    Content written = Content.write(node.vm(), attachment);

    dyingAt(node.unit(), failPoint, () -> node.client().unpublish(attachment));

    assertThat(node.vm().shell().run("test -e " + attachment.targetPath()).succeeded()).isFalse();
    node.client().publish(attachment);
    proveAndRemove(mooring, node, attachment, written, before);
  }

  void whileCreating(String pool, String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.EXT4);

    dyingAt(mooring.agent().unit(), failPoint, () -> mooring.controller().create(spec));

    Volume volume = mooring.controller().create(spec);
    assertThat(mooring.inventory().since(before))
        .filteredOn(thing -> thing.startsWith("storage: volume ") || thing.endsWith(".img"))
        .hasSize(1);
    mooring.controller().delete(volume.getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whilePublishing(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec(failPoint);
    Volume volume = mooring.controller().create(spec);
    String nodeId = node.nodeId();

    dyingAt(
        mooring.agent().unit(),
        failPoint,
        () -> mooring.controller().publish(volume, nodeId, spec.kind()));

    assertThat(mooring.inventory().since(before))
        .filteredOn(thing -> thing.startsWith("storage: mapped "))
        .hasSize(1);
    mooring.remove(mooring.attach(volume, spec.kind(), node), node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** The node has nothing any more, and another one gets the volume as it was. */
  void whileUnpublishing(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(spec(failPoint), node);
    Content written = Content.write(node.vm(), attachment);
    String id = attachment.volume().getVolumeId();
    node.client().unpublish(attachment);
    node.client().unstage(attachment);

    dyingAt(
        mooring.agent().unit(), failPoint, () -> mooring.controller().unpublish(id, node.nodeId()));

    assertThat(mooring.inventory().since(before))
        .noneMatch(thing -> thing.startsWith("storage: mapped "));
    Attachment elsewhere = mooring.attach(attachment.volume(), attachment.kind(), mooring.node2());
    proveAndRemove(mooring, mooring.node2(), elsewhere, written, before);
  }

  /** Also what the agent finds of it at its start is a volume to be removed, and no other one. */
  void whileDeleting(String pool, String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.EXT4);
    String id = mooring.controller().create(spec).getVolumeId();

    dyingAt(mooring.agent().unit(), failPoint, () -> mooring.controller().delete(id));

    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileModifying(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec(failPoint);
    Volume volume = mooring.controller().create(spec);
    String id = volume.getVolumeId();

    dyingAt(
        mooring.agent().unit(),
        failPoint,
        () -> mooring.controller().modify(id, Map.of("writeIops", "10")));

    assertThat(
            mooring.controller().publish(volume, mooring.node1().nodeId(), spec.kind()).toString())
        .contains("\"writeIops\":10,");
    mooring.controller().unpublish(id, mooring.node1().nodeId());
    mooring.controller().delete(id);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Whoever dies, agent or node plugin: target, paths, map and file system agree afterwards. */
  void whileGrowing(String pool, String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.EXT4), node);
    Content written = Content.write(node.vm(), attachment);

    growDyingAt(failPoint, attachment);

    proveAndRemove(mooring, node, attachment, written, before);
  }

  /** The path that is down is purged, and returns with the new size. */
  void whileGrowingWithAPathDown(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(spec(failPoint), node);
    Paths.awaitReady(node, attachment, 2);
    Content written = Content.write(node.vm(), attachment);
    mooring.lab().pullCable(node.vm().number(), StoragePath.B);
    Paths.awaitReady(node, attachment, 1);

    growDyingAt(failPoint, attachment);

    mooring.lab().plugCable(node.vm().number(), StoragePath.B);
    Paths.awaitReady(node, attachment, 2);
    assertThat(Sizes.seen(node, attachment)).containsExactly(LARGER);
    proveAndRemove(mooring, node, attachment, written, before);
  }

  private void growDyingAt(String failPoint, Attachment attachment) {
    NodeHost node = mooring.node1();
    String id = attachment.volume().getVolumeId();

    dyingAt(
        unit(failPoint, mooring, node),
        failPoint,
        () -> {
          mooring.controller().expand(id, LARGER);
          node.client().expand(attachment, LARGER);
        });

    assertThat(node.client().expand(attachment, LARGER)).isEqualTo(LARGER);
    assertThat(Sizes.served(mooring, attachment)).as("the target").isEqualTo(LARGER);
    assertThat(Sizes.seen(node, attachment)).as("map and paths").containsExactly(LARGER);
    assertThat(Usage.total(node, attachment)).as("file system").isGreaterThan(LARGER * 85 / 100);
  }

  private static VolumeSpec spec(String failPoint) {
    return VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
  }

  /** Whoever passes that point. */
  static Unit unit(String failPoint, Mooring mooring, NodeHost node) {
    return failPoint.startsWith("agent.") ? mooring.agent().unit() : node.unit();
  }

  /** The volume holds what was written to it, and leaves nothing when it goes. */
  static void proveAndRemove(
      Mooring mooring, NodeHost node, Attachment attachment, Content written, Inventory before) {
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Makes the call while the process is to die at that point, and repeats it until it succeeds. */
  static void dyingAt(Unit unit, String failPoint, Runnable call) {
    unit.dieAt(failPoint);
    Calls.untilOk(call);
    assertThat(unit.armed()).as("the process did not pass " + failPoint).isFalse();
  }
}
