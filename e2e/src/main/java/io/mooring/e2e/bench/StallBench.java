package io.mooring.e2e.bench;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.List;

/** The longest write stall after a pulled cable, against the settings that guides recommend. */
final class StallBench {
  private static final Duration WRITING = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Mooring mooring;
  private final NodeHost node;

  StallBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("bench-stall", AgentHost.THIN, VolumeKind.EXT4), node);
    double undisturbed = stall(attachment, () -> {});
    double pulled =
        stall(attachment, () -> mooring.lab().pullCable(node.vm().number(), StoragePath.A));
    plugBack(attachment);
    node.vm()
        .shell()
        .check("for t in /sys/class/iscsi_session/*/recovery_tmo; do echo 5 > $t; done");
    double stock =
        stall(attachment, () -> mooring.lab().pullCable(node.vm().number(), StoragePath.A));
    plugBack(attachment);
    mooring.remove(attachment, node);
    return List.of(
        Row.atMostTimes(
            "longest write stall, cable pulled (baseline: noop 5/5, replacement_timeout 5)",
            pulled,
            "s",
            stock,
            0.1),
        Row.atMost("longest write stall, cable pulled", pulled, "s", 1.0),
        Row.atMost("longest write of an undisturbed run, for comparison", undisturbed, "s", 1.0));
  }

  private double stall(Attachment attachment, Runnable disturbance) {
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, WRITING);
    disturbance.run();
    SteadyWriter.Report report = writer.finish();
    if (report.errors() != 0) {
      throw new IllegalStateException("the writer saw error " + report.errors());
    }
    return Measurement.seconds(report.longestStall());
  }

  private void plugBack(Attachment attachment) {
    mooring.lab().plugCable(node.vm().number(), StoragePath.A);
    Poll poll = new Poll(Duration.ofMillis(500), Duration.ofSeconds(1));
    if (!poll.until(Deadline.after(PATIENCE), () -> node.readyPaths(attachment) == 2)) {
      throw new IllegalStateException("the path did not come back within " + PATIENCE);
    }
  }
}
