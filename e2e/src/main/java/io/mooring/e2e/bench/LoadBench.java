package io.mooring.e2e.bench;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.load.BalanceTrial;
import java.util.List;

/** What a volume gets of two links of one speed. */
final class LoadBench {
  private final Mooring mooring;

  LoadBench(Mooring mooring) {
    this.mooring = mooring;
  }

  List<Row> rows() {
    Attachment attachment =
        mooring.provision(
            VolumeSpec.of("bench-load", AgentHost.THIN, VolumeKind.BLOCK), mooring.node1());
    List<Row> rows =
        new BalanceTrial(mooring.lab(), mooring.node1(), attachment)
            .run().stream().map(LoadBench::row).toList();
    mooring.remove(attachment, mooring.node1());
    return rows;
  }

  private static Row row(BalanceTrial.Result result) {
    return Row.atLeastTimes(
        "%s over two links of one speed, 16 x 64 KiB (baseline: over one)"
            .formatted(result.pattern()),
        Measurement.mib(result.both()),
        "MiB/s",
        Measurement.mib(result.one()),
        1.9);
  }
}
