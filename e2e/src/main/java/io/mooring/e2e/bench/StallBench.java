package io.mooring.e2e.bench;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Flapping;
import io.mooring.e2e.load.StallTrial;
import java.time.Duration;
import java.util.List;

/**
 * The longest write stall after a path died, against the settings that guides recommend: without
 * the path guard, with noop 5/5 and replacement_timeout 5.
 */
final class StallBench {
  private static final Duration WRITING = Duration.ofSeconds(15);
  private static final Duration FLAPPING = Duration.ofMinutes(5);

  private final Mooring mooring;
  private final NodeHost node;
  private final int worker;

  StallBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
    this.worker = node.vm().number();
  }

  List<Row> rows() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("bench-stall", AgentHost.THIN, VolumeKind.EXT4), node);
    StallTrial trial = new StallTrial(node, attachment, WRITING);
    double undisturbed = Measurement.seconds(trial.longest(path -> {}, path -> {}));
    double pulled = pulled(trial);
    double silent = silent(trial);
    double flapping = flapping(attachment);
    node.pathGuard(false);
    double pulledStock = pulled(trial);
    double silentStock = silent(trial);
    double flappingStock = flapping(attachment);
    node.pathGuard(true);
    mooring.remove(attachment, node);
    return List.of(
        Row.atMostTimes(
            "longest write stall, cable pulled (baseline: noop 5/5, replacement_timeout 5, no guard)",
            pulled,
            "s",
            pulledStock,
            0.1),
        Row.atMost("longest write stall, cable pulled", pulled, "s", 1.0),
        Row.atMostBeside(
            "longest write stall, packets silently dropped (baseline: the same settings)",
            silent,
            "s",
            silentStock,
            2.0),
        Row.atMostBeside(
            "longest write stall, a NIC of the storage host flapping for 5 minutes (baseline: the same settings)",
            flapping,
            "s",
            flappingStock,
            2.0),
        Row.atMost("longest write of an undisturbed run, for comparison", undisturbed, "s", 1.0));
  }

  private double pulled(StallTrial trial) {
    return Measurement.seconds(
        trial.longest(
            path -> mooring.lab().pullCable(worker, path),
            path -> mooring.lab().plugCable(worker, path)));
  }

  private double silent(StallTrial trial) {
    return Measurement.seconds(
        trial.longest(path -> mooring.lab().dropPackets(path, worker), mooring.lab()::restore));
  }

  private double flapping(Attachment attachment) {
    return Measurement.seconds(
        new StallTrial(node, attachment, FLAPPING)
            .longest(path -> new Flapping(mooring.lab(), worker).run(path, FLAPPING), path -> {}));
  }
}
