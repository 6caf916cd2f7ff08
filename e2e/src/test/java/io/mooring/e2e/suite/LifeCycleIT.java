package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From CreateVolume to DeleteVolume, for every backend and every way of using a volume. */
@ExtendWith(MooringExtension.class)
class LifeCycleIT {
  private final Mooring mooring;

  LifeCycleIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("lab")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({AgentHost.THIN + ", EXT4", AgentHost.THIN + ", BLOCK", AgentHost.FILE + ", XFS"})
  void aVolumeLivesOnTwoPathsAndLeavesNothingBehind(String pool, VolumeKind kind) {
    live(pool, kind);
  }

  @Tag("long")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    AgentHost.THIN + ", XFS",
    AgentHost.THIN + ", BTRFS",
    AgentHost.FILE + ", EXT4",
    AgentHost.FILE + ", BLOCK"
  })
  void aVolumeOfAnotherKindLivesOnTwoPathsAndLeavesNothingBehind(String pool, VolumeKind kind) {
    live(pool, kind);
  }

  private void live(String pool, VolumeKind kind) {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();

    Attachment attachment =
        mooring.provision(VolumeSpec.of("life-" + pool + "-" + kind, pool, kind), node);
    Paths.awaitReady(node, attachment, 2);
    Content written = Content.write(node.vm(), attachment);
    assertThat(node.client().stats(attachment).getUsageList()).isNotEmpty();

    node.client().unpublish(attachment);
    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);

    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
