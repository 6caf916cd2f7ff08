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
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the driver is for: a path dies under a writer, and the writer goes on. */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class CableIT {
  private final Mooring mooring;

  CableIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void aWriterSurvivesEachCableInTurnAndEveryBlockIsThere() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("cable", AgentHost.THIN, VolumeKind.EXT4), node);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(50));

    Paths.pullEachInTurn(mooring.lab(), node, attachment);

    SteadyWriter.Report report = writer.finish();
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall()).isLessThan(Duration.ofSeconds(30));
    writer.verify();

    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Test
  void aPortalThatIsSilentBeforeTheAttachJoinsLaterByItself() {
    NodeHost node = mooring.node2();
    Inventory before = mooring.inventory();
    mooring.lab().dropPackets(StoragePath.B, node.vm().number());
    Attachment attachment;
    try {
      attachment = mooring.provision(VolumeSpec.of("late", AgentHost.THIN, VolumeKind.EXT4), node);
      assertThat(node.readyPaths(attachment)).isEqualTo(1);
    } finally {
      mooring.lab().restore(StoragePath.B);
    }
    Paths.awaitReady(node, attachment, 2);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
