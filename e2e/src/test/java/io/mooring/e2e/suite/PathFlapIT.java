package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Flapping;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The long form of what {@link PathGuardIT} does for a moment. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class PathFlapIT {
  private static final Duration TIME = Duration.ofMinutes(5);

  private final Mooring mooring;

  PathFlapIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Test
  void fiveMinutesOfAFlappingCardAreNoErrorAndNoStallOverTwoSeconds() {
    NodeHost node = mooring.node1();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("flap", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, TIME);
    new Flapping(mooring.lab(), node.vm().number()).run(StoragePath.A, TIME);
    SteadyWriter.Report report = writer.finish();
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    Paths.awaitReady(node, attachment, 2);
    writer.verify();
    mooring.remove(attachment, node);
  }
}
