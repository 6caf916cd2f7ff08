package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.Flapping;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What takes the path guard longer to withstand than {@link PathGuardIT} may last. */
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

  @Test
  void lossDelayAndAFreezeCostNoPath() {
    NodeHost node = mooring.node1();
    Lab lab = mooring.lab();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("disturbed", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    int before = node.pathsGivenUp();
    writeWith("loss 5%", attachment, Duration.ofSeconds(20));
    assertThat(node.pathsGivenUp()).as("loss").isEqualTo(before);
    // Each write of these takes a tenth of a second and more.
    writeWith("delay 100ms", attachment, Duration.ofSeconds(3));
    assertThat(node.pathsGivenUp()).as("delay").isEqualTo(before);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(15));
    for (int freeze = 0; freeze < 5; freeze++) {
      lab.storage().freeze();
      Ticker.system().pause(Duration.ofMillis(300));
      lab.storage().thaw();
      Ticker.system().pause(Duration.ofSeconds(2));
    }
    assertThat(writer.finish().errors()).isZero();
    assertThat(node.pathsGivenUp()).as("freeze").isEqualTo(before);
    mooring.remove(attachment, node);
  }

  private void writeWith(String trouble, Attachment attachment, Duration time) {
    NodeHost node = mooring.node1();
    for (StoragePath path : StoragePath.values()) {
      mooring.lab().disturb(node.vm().number(), path, trouble);
    }
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, time);
    assertThat(writer.finish().errors()).isZero();
    mooring.lab().heal();
  }
}
