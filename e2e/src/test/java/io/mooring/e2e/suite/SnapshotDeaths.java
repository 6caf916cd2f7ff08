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

/** {@link Deaths} while snapshots come and go, and while they become volumes. */
final class SnapshotDeaths {
  private final Mooring mooring;

  SnapshotDeaths(Mooring mooring) {
    this.mooring = mooring;
  }

  /** One snapshot and one copy of it, whatever the retry found. */
  void whileCopying(String pool, String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.BLOCK);
    VolumeSpec copy = VolumeSpec.of("copy-" + failPoint, pool, VolumeKind.BLOCK);
    String volume = mooring.controller().create(spec).getVolumeId();

    Deaths.dyingAt(
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

    Deaths.dyingAt(
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

  /** Its origin stays as it is. */
  void whileDeletingASnapshot(String pool, String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("kill-" + failPoint, pool, VolumeKind.BLOCK);
    String volume = mooring.controller().create(spec).getVolumeId();
    SortedSet<String> with = mooring.inventory().since(before);
    Snapshot snapshot = mooring.controller().snapshot(spec.name(), volume);

    Deaths.dyingAt(
        mooring.agent().unit(),
        failPoint,
        () -> mooring.controller().deleteSnapshot(snapshot.getSnapshotId()));

    assertThat(mooring.controller().snapshots(volume)).isEmpty();
    assertThat(mooring.inventory().since(before)).isEqualTo(with);
    mooring.controller().delete(volume);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** A btrfs gets an identity of its own once, and mounts beside its origin. */
  void whileStagingACopy(String failPoint) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment origin =
        mooring.provision(
            VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.BTRFS), node);
    Content written = Content.write(node.vm(), origin);
    Volume copy =
        mooring
            .controller()
            .clone(
                VolumeSpec.of("copy-" + failPoint, AgentHost.THIN, VolumeKind.BTRFS),
                origin.volume());
    Attachment attachment = mooring.publish(copy, VolumeKind.BTRFS, node);

    Deaths.dyingAt(node.unit(), failPoint, () -> node.client().stage(attachment));

    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    mooring.remove(origin, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK);
  }
}
