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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Volumes beside each other and from node to node. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class SeveralVolumesIT {
  private final Mooring mooring;

  SeveralVolumesIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void twoVolumesOnOneNodeShareSessionsAndNothingElse() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment one =
        mooring.provision(VolumeSpec.of("pair-1", AgentHost.THIN, VolumeKind.EXT4), node);
    Content ofOne = Content.write(node.vm(), one);
    Attachment other =
        mooring.provision(VolumeSpec.of("pair-2", AgentHost.FILE, VolumeKind.BLOCK), node);
    Content ofOther = Content.write(node.vm(), other);

    assertThat(mooring.inventory().of(node.vm().name(), "session iqn.2026-01.io.mooring"))
        .as("sessions: one per portal, whatever the number of volumes")
        .hasSize(2);
    assertThat(Content.read(node.vm(), one)).isEqualTo(ofOne);

    mooring.remove(one, node);
    assertThat(node.readyPaths(other)).isEqualTo(2);
    assertThat(Content.read(node.vm(), other)).isEqualTo(ofOther);

    mooring.remove(other, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void aVolumeMovesToAnotherNodeWithItsData() {
    Inventory before = mooring.inventory();
    Attachment here =
        mooring.provision(VolumeSpec.of("mover", AgentHost.THIN, VolumeKind.EXT4), mooring.node1());
    Content written = Content.write(mooring.node1().vm(), here);
    mooring.detach(here, mooring.node1());

    Attachment there = mooring.attach(here.volume(), here.kind(), mooring.node2());
    assertThat(Content.read(mooring.node2().vm(), there)).isEqualTo(written);
    Content rewritten = Content.write(mooring.node2().vm(), there);
    mooring.detach(there, mooring.node2());

    Attachment back = mooring.attach(here.volume(), here.kind(), mooring.node1());
    assertThat(Content.read(mooring.node1().vm(), back)).isEqualTo(rewritten);
    mooring.remove(back, mooring.node1());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
