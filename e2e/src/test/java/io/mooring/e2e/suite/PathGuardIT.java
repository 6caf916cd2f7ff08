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
import io.mooring.e2e.load.StallTrial;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dead path costs a writer a moment, and a path that is not dead is kept. */
@ExtendWith(MooringExtension.class)
class PathGuardIT {
  private static final Duration WRITING = Duration.ofSeconds(15);
  private static final Duration NOTICED = Duration.ofSeconds(30);
  private static final Progress PROGRESS = Progress.toStandardOutput();
  private static final Poll LOOK = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));

  private final Mooring mooring;
  private final Lab lab;
  private final NodeHost node;
  private final int worker;
  private Attachment attachment;

  PathGuardIT(Mooring mooring) {
    this.mooring = mooring;
    this.lab = mooring.lab();
    this.node = mooring.node1();
    this.worker = node.vm().number();
  }

  @BeforeEach
  void attach() {
    attachment = mooring.provision(VolumeSpec.of("guard", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
  }

  @AfterEach
  void detach() {
    multipathd("CONT");
    lab.heal();
    Paths.awaitReady(node, attachment, 2);
    mooring.remove(attachment, node);
  }

  @Tag("lab")
  @Test
  void aPulledCableStallsAWriterForASecondAtMost() {
    assertThat(pulled()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Tag("long")
  @Test
  void aPulledCableStallsAWriterForATenthOfTheStockSettingsAtMost() {
    Duration guarded = pulled();
    node.pathGuard(false);
    Duration stock;
    try {
      stock = pulled();
    } finally {
      node.pathGuard(true);
    }
    PROGRESS.say("  with stock settings %d ms".formatted(stock.toMillis()));
    assertThat(guarded).isLessThanOrEqualTo(stock.dividedBy(10));
  }

  private Duration pulled() {
    return trial()
        .longest(path -> lab.pullCable(worker, path), path -> lab.plugCable(worker, path));
  }

  private StallTrial trial() {
    return new StallTrial(
        node,
        attachment,
        WRITING,
        (path, stall) -> PROGRESS.say("  path %s: %d ms".formatted(path, stall.toMillis())));
  }

  @Tag("lab")
  @Test
  void aPortalThatFallsSilentStallsAWriterForTwoSecondsAtMost() {
    Duration stall = trial().longest(path -> lab.dropPackets(path, worker), lab::restore);
    assertThat(stall).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  /**
   * The command is acknowledged, its answer is not sent any more: TCP has nothing to wait for. A
   * pool that is held up for a moment brings that about.
   */
  @Tag("lab")
  @Test
  void aPortalThatFallsSilentBeforeItsAnswerStallsAWriterForTwoSecondsAtMost() {
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, WRITING);
    long heldUpAt = Ticker.system().nanos();
    StoragePath waiting;
    try (HeldUpVolume _ = new HeldUpVolume(mooring.agent(), attachment)) {
      waiting = Paths.awaitInFlight(node, attachment);
      lab.dropPackets(waiting, worker);
    }
    Duration heldUp = Duration.ofNanos(Ticker.system().nanos() - heldUpAt);
    SteadyWriter.Report report = writer.finish();
    lab.restore(waiting);
    PROGRESS.say(
        "  held up for %d ms, stalled for %d ms"
            .formatted(heldUp.toMillis(), report.longestStall().toMillis()));
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall().minus(heldUp)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    writer.verify();
  }

  /** It waits for the dead path itself when the moment is a bad one. */
  @Tag("long")
  @Test
  void aPulledCableStallsAWriterForTwoSecondsAtMostWhileMultipathdIsHeldUp() {
    Duration stall =
        trial()
            .longest(
                path -> {
                  multipathd("STOP");
                  lab.pullCable(worker, path);
                },
                path -> {
                  multipathd("CONT");
                  lab.plugCable(worker, path);
                });
    PROGRESS.say("  with multipathd held up %d ms".formatted(stall.toMillis()));
    assertThat(stall).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  private void multipathd(String signal) {
    node.vm().shell().check("kill -s %s $(pidof multipathd)".formatted(signal));
  }

  @Tag("lab")
  @Test
  void theLastPathIsNeverGivenUp() {
    int before = node.pathsGivenUp();
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(20));
    lab.pullCable(worker, StoragePath.A);
    awaitGivenUp(before + 1);
    lab.dropPackets(StoragePath.B, worker);
    Ticker.system().pause(Duration.ofSeconds(4));
    assertThat(node.pathsGivenUp()).isEqualTo(before + 1);
    lab.restore(StoragePath.B);
    assertThat(writer.finish().errors()).isZero();
    lab.plugCable(worker, StoragePath.A);
    Paths.awaitReady(node, attachment, 2);
    writer.verify();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"node.guard.after-ending", "node.guard.before-destroy"})
  void aGuardThatDiesBeforeItDestroysLeavesNothingBehind(String failPoint) {
    node.unit().dieAt(failPoint);
    lab.pullCable(worker, StoragePath.A);
    assertThat(LOOK.until(Deadline.after(NOTICED), () -> !node.unit().armed()))
        .as("the guard died")
        .isTrue();
    // Until it is back the kernel has mostly noticed by itself.
    node.awaitReady();
    lab.plugCable(worker, StoragePath.A);
    Paths.awaitReady(node, attachment, 2);
    boolean restored =
        LOOK.until(
            Deadline.after(NOTICED),
            () ->
                node.vm()
                    .shell()
                    .check("cat /sys/class/iscsi_session/*/recovery_tmo")
                    .lines()
                    .noneMatch("0"::equals));
    assertThat(restored).as("recovery_tmo is put back").isTrue();
  }

  private void awaitGivenUp(int count) {
    assertThat(LOOK.until(Deadline.after(NOTICED), () -> node.pathsGivenUp() == count))
        .as("given up; the plugin says:%n%s", node.unit().journal(20))
        .isTrue();
  }
}
