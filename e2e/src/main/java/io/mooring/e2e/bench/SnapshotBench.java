package io.mooring.e2e.bench;

import io.mooring.csi.v1.Snapshot;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** CreateSnapshot of an attached volume with data, against lvcreate by hand. */
final class SnapshotBench {
  private static final int ROUNDS = 5;
  private static final long BYTES = 1L << 30;
  private static final int DATA_MIB = 256;
  private static final Duration FILLING = Duration.ofMinutes(5);

  private final Mooring mooring;
  private final NodeHost node;

  SnapshotBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    VolumeSpec spec = new VolumeSpec("bench-snapshot", AgentHost.THIN, VolumeKind.BLOCK, BYTES);
    Attachment attachment = mooring.provision(spec, node);
    node.vm()
        .shell()
        .check(
            "dd if=/dev/zero of=%s bs=1M count=%d oflag=direct conv=fsync status=none"
                .formatted(attachment.targetPath(), DATA_MIB),
            Deadline.after(FILLING));
    List<Double> byHand = new ArrayList<>();
    List<Double> byMooring = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      byHand.add(byHand(GrowthBench.logicalVolume(attachment.volume())));
      byMooring.add(byMooring("bench-" + round, attachment.volume().getVolumeId()));
    }
    mooring.remove(attachment, node);
    return List.of(
        Row.compared(
            "CreateSnapshot, thin, 1 GiB with %d MiB of data (baseline: lvcreate by hand)"
                .formatted(DATA_MIB),
            Measurement.median(byMooring),
            "s",
            Measurement.median(byHand)));
  }

  private double byMooring(String name, String volumeId) {
    List<Snapshot> made = new ArrayList<>();
    double seconds =
        Measurement.seconds(() -> made.add(mooring.controller().snapshot(name, volumeId)));
    mooring.controller().deleteSnapshot(made.getFirst().getSnapshotId());
    return seconds;
  }

  /** The time is taken in the VM, without the start of the shell. */
  private double byHand(String volume) {
    String output =
        mooring
            .agent()
            .vm()
            .shell()
            .check(
                """
                set -eu
                began=$EPOCHREALTIME
                lvcreate -q -s -n by-hand %s > /dev/null
                ended=$EPOCHREALTIME
                lvremove -q -y mooring/by-hand > /dev/null
                echo "$(( ${ended/./} - ${began/./} ))" | sed 's/^/0000000/; s/......$/.&/'
                """
                    .formatted(volume));
    return Double.parseDouble(output.strip());
  }
}
