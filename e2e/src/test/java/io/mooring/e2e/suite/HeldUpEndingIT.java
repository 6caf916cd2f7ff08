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
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A target ends a session when its disks have done what they began for it. Whoever waits for that
 * must not keep the portal's only login thread waiting, too: it serves all nodes.
 */
@ExtendWith(MooringExtension.class)
@Tag("long")
class HeldUpEndingIT {
  private static final Duration WRITING = Duration.ofSeconds(40);
  private static final Duration NOTICED = Duration.ofSeconds(12);

  /** The guard asks at least once a second. */
  private static final Duration SEVERAL_ROUNDS = Duration.ofSeconds(3);

  private static final Poll LOOK = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private final Mooring mooring;
  private final Lab lab;
  private final NodeHost slowNode;
  private final NodeHost otherNode;
  private Attachment slow;
  private Attachment other;

  HeldUpEndingIT(Mooring mooring) {
    this.mooring = mooring;
    this.lab = mooring.lab();
    this.slowNode = mooring.node1();
    this.otherNode = mooring.node2();
  }

  @BeforeEach
  void attach() {
    slow = mooring.provision(VolumeSpec.of("slow", AgentHost.THIN, VolumeKind.EXT4), slowNode);
    other = mooring.provision(VolumeSpec.of("other", AgentHost.THIN, VolumeKind.EXT4), otherNode);
    awaitBothPaths();
  }

  @AfterEach
  void detach() {
    lab.heal();
    awaitBothPaths();
    mooring.remove(slow, slowNode);
    mooring.remove(other, otherNode);
  }

  private void awaitBothPaths() {
    Paths.awaitReady(slowNode, slow, 2);
    Paths.awaitReady(otherNode, other, 2);
  }

  @Test
  void aVolumeThatIsHeldUpDelaysTheFailoverOfNoOtherNode() {
    int unconfirmed = slowNode.endingsUnconfirmed();
    int givenUp = otherNode.pathsGivenUp();
    SteadyWriter slowWriter = SteadyWriter.start(slowNode.vm(), slow, WRITING);
    SteadyWriter otherWriter = SteadyWriter.start(otherNode.vm(), other, WRITING);
    try (HeldUpVolume _ = new HeldUpVolume(mooring.agent(), slow)) {
      StoragePath lost = Paths.awaitInFlight(slowNode, slow);
      lab.pullCable(slowNode.vm().number(), lost);
      await("its target is at work", () -> slowNode.endingsUnconfirmed() > unconfirmed);
      Ticker.system().pause(SEVERAL_ROUNDS);
      lab.pullCable(otherNode.vm().number(), lost);
      await("the other node has given up its path", () -> otherNode.pathsGivenUp() > givenUp);
    }
    SteadyWriter.Report report = otherWriter.finish();
    PROGRESS.say(
        "  longest stall of the other node: %d ms".formatted(report.longestStall().toMillis()));
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(slowWriter.finish().errors()).isZero();
    otherWriter.verify();
    slowWriter.verify();
  }

  private void await(String what, BooleanSupplier condition) {
    assertThat(LOOK.until(Deadline.after(NOTICED), condition))
        .as("%s; the slow node's plugin says:%n%s", what, slowNode.unit().journal(20))
        .isTrue();
  }
}
