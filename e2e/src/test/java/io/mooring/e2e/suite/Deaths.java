package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.deployment.Unit;
import io.mooring.e2e.load.Content;
import java.util.SortedSet;

/** A process dies between two given steps; the same call again finishes the job, once. */
final class Deaths {
  private final Mooring mooring;

  Deaths(Mooring mooring) {
    this.mooring = mooring;
  }

  /** Takes back what a failed test left armed. */
  void disarm() {
    mooring.agent().unit().disarm();
    mooring.node1().unit().disarm();
  }

  void whileStaging(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
    Attachment attachment = mooring.publish(mooring.controller().create(spec), spec.kind(), node);

    dyingAt(node.unit(), failPoint, () -> node.client().stage(attachment));

    node.client().publish(attachment);
    Content written = Content.write(node.vm(), attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** A volume is encrypted once, and what is written to it afterwards stays. */
  void whileEncrypting(String failPoint) {
    NodeHost node = mooring.node1();
    Encrypted encrypted = new Encrypted(mooring, node);
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = mooring.publish(volume, spec.kind(), node);

    dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.OLD));

    node.client().publish(attachment);
    Content written = Content.write(node.vm(), attachment);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileReplacingAPassphrase(String failPoint) {
    NodeHost node = mooring.node1();
    Encrypted encrypted = new Encrypted(mooring, node);
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment first = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), first);
    mooring.detach(first, node);
    Attachment attachment = mooring.publish(volume, spec.kind(), node);

    dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.REPLACED));

    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.NEW);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileReplacingAPassphraseInUse(String failPoint) {
    NodeHost node = mooring.node1();
    Encrypted encrypted = new Encrypted(mooring, node);
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-used-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);

    dyingAt(node.unit(), failPoint, () -> encrypted.publish(attachment, Encrypted.REPLACED));

    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.NEW);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileUnstaging(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(
            VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4), node);
    node.client().unpublish(attachment);

    dyingAt(node.unit(), failPoint, () -> node.client().unstage(attachment));

    mooring.controller().unpublish(attachment.volume().getVolumeId(), node.nodeId());
    mooring.controller().delete(attachment.volume().getVolumeId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
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
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4);
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

  /** Whoever dies, agent or node plugin: target, paths, map and file system agree afterwards. */
  void whileGrowing(String pool, String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.EXT4), node);
    Content written = Content.write(node.vm(), attachment);
    String id = attachment.volume().getVolumeId();
    long larger = 2 * VolumeSpec.STANDARD_BYTES;
    Unit unit = failPoint.startsWith("agent.") ? mooring.agent().unit() : node.unit();

    dyingAt(
        unit,
        failPoint,
        () -> {
          mooring.controller().expand(id, larger);
          node.client().expand(attachment, larger);
        });

    assertThat(node.client().expand(attachment, larger)).isEqualTo(larger);
    assertThat(Sizes.served(mooring, attachment)).as("the target").isEqualTo(larger);
    assertThat(Sizes.seen(node, attachment)).as("map and paths").containsExactly(larger);
    assertThat(Usage.total(node, attachment)).as("file system").isGreaterThan(larger * 85 / 100);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** One snapshot and one copy of it, whatever the retry found. */
  void whileCopying(String pool, String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.BLOCK);
    VolumeSpec copy = VolumeSpec.of("copy-" + failPoint, pool, VolumeKind.BLOCK);
    String volume = mooring.controller().create(spec).getVolumeId();

    dyingAt(
        mooring.agent().unit(),
        failPoint,
        () ->
            mooring
                .controller()
                .createFrom(copy, mooring.controller().snapshot(spec.name(), volume)));

    Snapshot snapshot = mooring.controller().snapshot(spec.name(), volume);
    assertThat(mooring.controller().snapshots(volume)).containsExactly(snapshot);
    String copied = mooring.controller().createFrom(copy, snapshot).getVolumeId();
    mooring.controller().delete(volume);
    mooring.controller().deleteSnapshot(snapshot.getSnapshotId());
    mooring.controller().delete(copied);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** One group, whatever the retry found, and no volume that waits. */
  void whileSnapshottingTogether(String failPoint) {
    Inventory before = mooring.inventory();
    String first = mooring.controller().create(spec("first-" + failPoint)).getVolumeId();
    String second = mooring.controller().create(spec("second-" + failPoint)).getVolumeId();

    dyingAt(
        mooring.agent().unit(),
        failPoint,
        () ->
            mooring
                .controller()
                .deleteGroup(mooring.controller().group("group-" + failPoint, first, second)));

    assertThat(mooring.controller().snapshots(first)).isEmpty();
    VolumeGroupSnapshot group = mooring.controller().group("group-" + failPoint, first, second);
    assertThat(mooring.controller().snapshots(first)).hasSize(1);
    mooring.controller().deleteGroup(group);
    mooring.controller().delete(first);
    mooring.controller().delete(second);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Its start is enough: nobody has called for blocks again when nothing is held any more. */
  void whileTellingBlocks(String failPoint) {
    Unit agent = mooring.agent().unit();
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment = mooring.provision(spec("kill-" + failPoint), node);
    String volume = attachment.volume().getVolumeId();
    node.vm()
        .shell()
        .check(
            "dd if=/dev/urandom of=%s bs=1M count=1 oflag=direct conv=notrunc status=none"
                .formatted(attachment.targetPath()));
    Snapshot snapshot = mooring.controller().snapshot("kill-" + failPoint, volume);
    SortedSet<String> quiet = mooring.inventory().since(before);

    agent.dieAt(failPoint);
    assertThat(Calls.code(() -> mooring.controller().allocated(snapshot)))
        .isNotEqualTo(Status.Code.OK);
    assertThat(agent.armed()).as("the process did not pass " + failPoint).isFalse();
    Calls.untilOk(
        () -> assertThat(mooring.controller().snapshots(volume)).containsExactly(snapshot));

    assertThat(mooring.inventory().since(before)).isEqualTo(quiet);
    assertThat(mooring.controller().allocated(snapshot)).isNotEmpty();
    mooring.remove(attachment, node);
    mooring.controller().deleteSnapshot(snapshot.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK);
  }

  /** Makes the call while the process is to die at that point, and repeats it until it succeeds. */
  static void dyingAt(Unit unit, String failPoint, Runnable call) {
    unit.dieAt(failPoint);
    Calls.untilOk(call);
    assertThat(unit.armed()).as("the process did not pass " + failPoint).isFalse();
  }
}
