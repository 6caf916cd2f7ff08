package io.mooring.e2e.bench;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import java.util.ArrayList;
import java.util.List;

/**
 * NodeStage of a formatted volume with its sessions up, against a shell that does the same by hand.
 */
final class StageBench {
  private static final int ROUNDS = 5;

  private final Mooring mooring;
  private final NodeHost node;

  StageBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    VolumeSpec spec = VolumeSpec.of("bench-stage", AgentHost.THIN, VolumeKind.EXT4);
    Volume volume = mooring.controller().create(spec);
    Attachment attachment = mooring.publish(volume, spec.kind(), node);
    node.client().stage(attachment);
    node.client().unstage(attachment);

    ShellAttach shell = new ShellAttach(node.vm(), attachment);
    List<Double> byHand = new ArrayList<>();
    List<Double> byMooring = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      byHand.add(shell.attachSeconds());
      shell.detach();
      byMooring.add(Measurement.seconds(() -> node.client().stage(attachment)));
      node.client().unstage(attachment);
    }
    Row staged =
        Row.atMostTimes(
            "NodeStage, sessions up, formatted (baseline: shell by hand)",
            Measurement.median(byMooring),
            "s",
            Measurement.median(byHand),
            1.2);
    Row blackHole = withOnePortalSilent(attachment);
    mooring.controller().unpublish(volume.getVolumeId(), node.nodeId());
    mooring.controller().delete(volume.getVolumeId());
    return List.of(staged, blackHole);
  }

  /** Both without a session: the whole login is part of it. */
  private Row withOnePortalSilent(Attachment attachment) {
    List<Double> healthy = new ArrayList<>();
    List<Double> halved = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      logout();
      healthy.add(Measurement.seconds(() -> node.client().stage(attachment)));
      node.client().unstage(attachment);
      logout();
      mooring.lab().dropPackets(StoragePath.B, node.vm().number());
      halved.add(Measurement.seconds(() -> node.client().stage(attachment)));
      mooring.lab().restore(StoragePath.B);
      node.client().unstage(attachment);
    }
    return Row.atMostAbove(
        "attach with one of two portals silent, no session before (baseline: both answer)",
        Measurement.median(halved),
        "s",
        Measurement.median(healthy),
        1.0);
  }

  private void logout() {
    node.vm()
        .shell()
        .check(
            "iscsiadm -m session 2>/dev/null | grep -q io.mooring || exit 0; iscsiadm -m node -I mooring -u >/dev/null");
  }
}
