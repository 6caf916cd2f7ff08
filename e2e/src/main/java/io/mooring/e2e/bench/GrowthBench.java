package io.mooring.e2e.bench;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Resources;
import java.util.ArrayList;
import java.util.List;

/** A mounted ext4 volume grows, against the commands that an administrator would type. */
final class GrowthBench {
  private static final int ROUNDS = 5;
  private static final long STEP = 64L << 20;

  private final Mooring mooring;
  private final NodeHost node;

  GrowthBench(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  List<Row> rows() {
    Attachment ours = attach("bench-growth");
    Attachment theirs = attach("bench-growth-by-hand");
    List<Double> byHand = new ArrayList<>();
    List<Double> byMooring = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      long bytes = VolumeSpec.STANDARD_BYTES + round * STEP;
      byHand.add(growByHand(theirs, bytes));
      byMooring.add(Measurement.seconds(() -> grow(ours, bytes)));
    }
    mooring.remove(ours, node);
    mooring.remove(theirs, node);
    return List.of(
        Row.compared(
            "a mounted ext4 volume grows, both calls (baseline: lvextend, rescans, resize map, resize2fs by hand)",
            Measurement.median(byMooring),
            "s",
            Measurement.median(byHand)));
  }

  private Attachment attach(String name) {
    return mooring.provision(VolumeSpec.of(name, AgentHost.THIN, VolumeKind.EXT4), node);
  }

  private void grow(Attachment attachment, long bytes) {
    mooring.controller().expand(attachment.volume().getVolumeId(), bytes);
    node.client().expand(attachment, bytes);
  }

  /** The time is taken in the VMs, without the start of the shells. */
  private double growByHand(Attachment attachment, long bytes) {
    String variables =
        "volume=%s bytes=%d wwid=%s%n"
            .formatted(logicalVolume(attachment.volume()), bytes, attachment.wwid());
    return seconds(mooring.agent().vm().shell().check(variables + script("shell-lvextend.sh")))
        + seconds(node.vm().shell().check(variables + script("shell-grow.sh")));
  }

  /** The LV of a volume in the lab's group. */
  static String logicalVolume(Volume volume) {
    return "mooring/mooring-" + Attachment.serialOf(volume.getVolumeId());
  }

  private static double seconds(String output) {
    return Double.parseDouble(output.strip());
  }

  private static String script(String name) {
    return Resources.text(GrowthBench.class, name);
  }
}
