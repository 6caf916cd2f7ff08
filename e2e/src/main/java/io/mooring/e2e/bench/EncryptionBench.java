package io.mooring.e2e.bench;

import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Fio;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;

/** What a pod writes to an encrypted volume in a second, against a plain one on the same node. */
final class EncryptionBench {
  private static final Duration RUNNING = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final long BYTES = 128L << 20;

  private final Mooring mooring;
  private final NodeHost node;

  EncryptionBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    Attachment plain = mooring.provision(spec("bench-plain"), node);
    double bare = speed(plain);
    mooring.remove(plain, node);
    Attachment secret = encrypted(spec("bench-encrypted"));
    double encrypted = speed(secret);
    mooring.remove(secret, node);
    return List.of(
        Row.compared(
            "write to an encrypted volume, 8 x 256 KiB (baseline: a plain one)",
            encrypted,
            "MiB/s",
            bare));
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK);
  }

  private Attachment encrypted(VolumeSpec spec) {
    CreateVolumeRequest request =
        ControllerClient.createRequest(spec).toBuilder()
            .putParameters("encryption", "luks2")
            .build();
    Volume volume = mooring.controller().stub().createVolume(request).getVolume();
    Attachment attachment = mooring.publish(volume, spec.kind(), node);
    var _ =
        node.client()
            .stub()
            .nodeStageVolume(
                NodeClient.stageRequest(attachment).toBuilder()
                    .putSecrets("passphrase", "a passphrase of the benchmark")
                    .build());
    node.client().publish(attachment);
    return attachment;
  }

  /** The first run allocates the blocks in the pool, the second is the one that counts. */
  private double speed(Attachment attachment) {
    Fio fio = new Fio(attachment.targetPath(), "write", 256 << 10, 8, BYTES, RUNNING);
    node.vm().shell().check(fio.command(), Deadline.after(LONGEST));
    return Measurement.mib(
        Fio.bytesPerSecond(node.vm().shell().check(fio.command(), Deadline.after(LONGEST))));
  }
}
