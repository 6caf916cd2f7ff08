package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing of a path that was given up is written later, not even when its cable is back before the
 * packets that waited for it are forgotten: every block is as it was when it was written. Without
 * the end of the session at the target the first or second round finds a wrong one.
 */
@Tag("long")
@ExtendWith(MooringExtension.class)
class LateWritesIT {
  private static final Duration WRITING = Duration.ofSeconds(40);
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private final Mooring mooring;

  LateWritesIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void noBlockIsWrittenByAPathThatWasGivenUp(int round) {
    NodeHost node = mooring.node1();
    VolumeSpec spec = VolumeSpec.of("late-" + round, AgentHost.THIN, VolumeKind.EXT4);
    Attachment attachment = mooring.provision(spec, node);
    Paths.awaitReady(node, attachment, 2);
    int before = node.pathsGivenUp();
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, WRITING);
    for (int turn = 0; turn < 2; turn++) {
      Paths.pullEachInTurn(mooring.lab(), node, attachment);
    }
    SteadyWriter.Report report = writer.finish();
    PROGRESS.say("  longest stall %d ms".formatted(report.longestStall().toMillis()));
    assertThat(report.errors()).isZero();
    assertThat(node.pathsGivenUp() - before).as("paths given up").isGreaterThanOrEqualTo(4);
    writer.verify();
    mooring.remove(attachment, node);
  }
}
