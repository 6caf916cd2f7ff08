package io.mooring.e2e.bench;

import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Fio;
import io.mooring.e2e.load.Pod;
import java.time.Duration;
import java.util.List;

/** How exactly the limits of a volume are kept. */
final class LimitsBench {
  private static final double LIMIT_MIB = 4;
  private static final Duration RUNNING = Duration.ofSeconds(15);
  private static final long BYTES = 64L << 20;

  private final Mooring mooring;
  private final NodeHost node;

  LimitsBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    VolumeSpec spec = VolumeSpec.of("bench-limits", AgentHost.THIN, VolumeKind.BLOCK);
    CreateVolumeRequest request =
        ControllerClient.createRequest(spec).toBuilder()
            .putMutableParams("readBandwidth", "4Mi")
            .putMutableParams("writeBandwidth", "4Mi")
            .build();
    Volume volume = mooring.controller().stub().createVolume(request).getVolume();
    Attachment attachment = mooring.publish(volume, spec.kind(), node);
    try (Pod pod = Pod.start(node, attachment)) {
      node.client().stage(attachment);
      node.client().publish(attachment);
      List<Row> rows = List.of(row(pod, attachment, "write"), row(pod, attachment, "read"));
      mooring.remove(attachment, node);
      return rows;
    }
  }

  private static Row row(Pod pod, Attachment attachment, String pattern) {
    Fio fio = new Fio(attachment.targetPath(), pattern, 64 << 10, 4, BYTES, RUNNING);
    return Row.within(
        "%s under a limit of 4 MiB/s, 4 x 64 KiB (baseline: the limit)".formatted(pattern),
        Measurement.mib(pod.speed(fio)),
        "MiB/s",
        LIMIT_MIB,
        0.1);
  }
}
