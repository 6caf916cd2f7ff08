package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes grow under their users: target, every path, map and file system, or nothing. */
@ExtendWith(MooringExtension.class)
class ExpansionIT {
  private static final long LARGER = 640L << 20;

  private final Mooring mooring;

  ExpansionIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("lab")
  @Test
  void aVolumeGrowsWhileItIsUsedAndKeepsItsBytes() {
    growInUse(AgentHost.THIN, VolumeKind.XFS);
  }

  @Tag("long")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    AgentHost.THIN + ", EXT4",
    AgentHost.THIN + ", BTRFS",
    AgentHost.FILE + ", EXT4",
    AgentHost.FILE + ", BLOCK"
  })
  void aVolumeOfAnotherKindGrowsWhileItIsUsedAndKeepsItsBytes(String pool, VolumeKind kind) {
    growInUse(pool, kind);
  }

  private void growInUse(String pool, VolumeKind kind) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("grow-" + pool + "-" + kind, pool, kind), node);
    Paths.awaitReady(node, attachment, 2);
    Content written = Content.write(node.vm(), attachment);

    grow(attachment, node);
    assertThat(node.client().expand(attachment, LARGER)).as("the same again").isEqualTo(LARGER);

    assertThat(Sizes.seen(node, attachment)).containsExactly(LARGER);
    assertThat(Usage.total(node, attachment)).isGreaterThan(LARGER * 85 / 100);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    assertThat(node.readyPaths(attachment)).isEqualTo(2);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("lab")
  @Test
  void aPathThatIsDownReturnsWithTheNewSize() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("grow-cable", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    mooring.lab().pullCable(node.vm().number(), StoragePath.B);
    Paths.awaitReady(node, attachment, 1);

    grow(attachment, node);
    assertThat(Sizes.seen(node, attachment)).containsExactly(LARGER);

    mooring.lab().plugCable(node.vm().number(), StoragePath.B);
    Paths.awaitReady(node, attachment, 2);
    assertThat(Sizes.seen(node, attachment)).containsExactly(LARGER);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void aVolumeThatGrewWhileNobodyHadItIsLargerWhenItIsAttached() {
    NodeHost node = mooring.node2();
    Inventory before = mooring.inventory();
    Attachment small =
        mooring.provision(VolumeSpec.of("grow-off", AgentHost.THIN, VolumeKind.XFS), node);
    Content written = Content.write(node.vm(), small);
    mooring.detach(small, node);

    assertThat(mooring.controller().expand(small.volume().getVolumeId(), LARGER)).isEqualTo(LARGER);
    Attachment large = mooring.attach(small.volume(), small.kind(), node);

    assertThat(Usage.total(node, large)).isGreaterThan(LARGER * 85 / 100);
    assertThat(Content.read(node.vm(), large)).isEqualTo(written);
    mooring.remove(large, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void grow(Attachment attachment, NodeHost node) {
    assertThat(mooring.controller().expand(attachment.volume().getVolumeId(), LARGER))
        .isEqualTo(LARGER);
    assertThat(node.client().expand(attachment, LARGER)).isEqualTo(LARGER);
  }
}
