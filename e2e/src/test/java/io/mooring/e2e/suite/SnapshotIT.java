package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume as it was at one moment, and volumes that begin with what another one held. */
@ExtendWith(MooringExtension.class)
class SnapshotIT {
  private static final long LARGER = 512L << 20;

  private final Mooring mooring;

  SnapshotIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("lab")
  @Test
  void aSnapshotKeepsTheMomentAndItsCopyStandsBesideTheVolume() {
    copyStandsBeside(AgentHost.THIN, VolumeKind.XFS);
  }

  @Tag("long")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    AgentHost.THIN + ", EXT4",
    AgentHost.THIN + ", BTRFS",
    AgentHost.FILE + ", XFS",
    AgentHost.FILE + ", BLOCK"
  })
  void aSnapshotOfAnotherKindKeepsTheMomentAndItsCopyStandsBesideTheVolume(
      String pool, VolumeKind kind) {
    copyStandsBeside(pool, kind);
  }

  private void copyStandsBeside(String pool, VolumeKind kind) {
    ControllerClient controller = mooring.controller();
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    String name = "snap-" + pool + "-" + kind;
    Attachment origin = mooring.provision(VolumeSpec.of(name, pool, kind), node);
    Content then = Content.write(node.vm(), origin);

    Snapshot snapshot = controller.snapshot(name, origin.volume().getVolumeId());
    assertThat(controller.snapshot(name, origin.volume().getVolumeId())).isEqualTo(snapshot);
    Content now = Content.write(node.vm(), origin);

    VolumeSpec wanted = new VolumeSpec(name + "-copy", pool, kind, LARGER);
    Volume copied = controller.createFrom(wanted, snapshot);
    Attachment copy = mooring.attach(copied, kind, node);
    assertThat(Content.read(node.vm(), copy)).isEqualTo(then);
    assertThat(Content.read(node.vm(), origin)).isEqualTo(now);
    assertThat(Usage.total(node, copy)).isGreaterThan(LARGER * 85 / 100);

    mooring.remove(origin, node);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    Content.write(node.vm(), copy);
    mooring.remove(copy, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("lab")
  @Test
  void aCloneOfAVolumeUnderAWriterHoldsAWholeFileSystem() {
    cloneUnderAWriter(VolumeKind.EXT4);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void aCloneOfAnotherKindUnderAWriterHoldsAWholeFileSystem(VolumeKind kind) {
    cloneUnderAWriter(kind);
  }

  private void cloneUnderAWriter(VolumeKind kind) {
    ControllerClient controller = mooring.controller();
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("clone-of-" + kind, AgentHost.THIN, kind);
    Attachment origin = mooring.provision(spec, node);
    Content content = Content.write(node.vm(), origin);
    SteadyWriter writer = SteadyWriter.start(node.vm(), origin, Duration.ofSeconds(10));

    Volume cloned =
        controller.clone(
            VolumeSpec.of("clone-copy-" + kind, AgentHost.THIN, kind), origin.volume());
    SteadyWriter.Report report = writer.finish();
    assertThat(report.errors()).isZero();
    writer.verify();

    Attachment clone = mooring.attach(cloned, kind, mooring.node2());
    assertThat(Content.read(mooring.node2().vm(), clone)).isEqualTo(content);
    mooring.remove(clone, mooring.node2());
    mooring.remove(origin, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void aSnapshotSurvivesARestartOfTheAgentAndIsListed() {
    ControllerClient controller = mooring.controller();
    Inventory before = mooring.inventory();
    Volume volume = controller.create(VolumeSpec.of("listed", AgentHost.FILE, VolumeKind.BLOCK));
    Snapshot snapshot = controller.snapshot("listed", volume.getVolumeId());

    mooring.restartAgent();

    assertThat(controller.snapshots(volume.getVolumeId())).containsExactly(snapshot);
    controller.delete(volume.getVolumeId());
    assertThat(controller.snapshots(volume.getVolumeId())).containsExactly(snapshot);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    assertThat(controller.snapshots(volume.getVolumeId())).isEmpty();
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
