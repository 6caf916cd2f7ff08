package io.mooring.e2e.bench;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.RestTrial;
import io.mooring.e2e.load.RestTrial.Rest;
import java.util.ArrayList;
import java.util.List;

/**
 * A node with many volumes: NodeStage and NodeUnstage of one more, and what all of them cost while
 * nothing happens.
 */
final class CrowdBench {
  private static final int ROUNDS = 5;
  private static final int OTHERS = 50;
  private static final long SMALL_BYTES = 4L << 20;

  private final Mooring mooring;
  private final Progress progress;
  private final NodeHost node;

  CrowdBench(Mooring mooring, Progress progress) {
    this.mooring = mooring;
    this.progress = progress;
    this.node = mooring.node1();
  }

  /** Medians, in seconds. */
  private record Times(double stage, double unstage) {}

  List<Row> rows() {
    Attachment attachment =
        mooring.provision(VolumeSpec.of("bench-crowd", AgentHost.THIN, VolumeKind.EXT4), node);
    node.client().unpublish(attachment);
    node.client().unstage(attachment);
    List<Attachment> others = new ArrayList<>();
    try (RestTrial trial = RestTrial.on(node)) {
      Times alone = measure(attachment);
      Rest none = trial.measure();
      addOthers(others);
      Rest many = trial.measure();
      Times beside = measure(attachment);
      return List.of(
          row("NodeStage", beside.stage(), alone.stage()),
          row("NodeUnstage", beside.unstage(), alone.unstage()),
          Row.atMostTimes(
              "processor time of mooring-node at rest, in 60 s, with %d volumes (baseline: none)"
                  .formatted(OTHERS),
              Measurement.seconds(many.cpu()),
              "s",
              Measurement.seconds(none.cpu()),
              2));
    } finally {
      others.forEach(other -> mooring.remove(other, node));
      mooring.controller().unpublish(attachment.volume().getVolumeId(), node.nodeId());
      mooring.controller().delete(attachment.volume().getVolumeId());
    }
  }

  private void addOthers(List<Attachment> others) {
    for (int i = 1; i <= OTHERS; i++) {
      others.add(
          mooring.provision(
              new VolumeSpec("bench-crowd-" + i, AgentHost.THIN, VolumeKind.BLOCK, SMALL_BYTES),
              node));
      if (i % 10 == 0) {
        progress.say("bench: %d volumes beside it".formatted(i));
      }
    }
  }

  private static Row row(String call, double beside, double alone) {
    return Row.compared(
        "%s beside %d volumes in use (baseline: alone)".formatted(call, OTHERS),
        beside,
        "s",
        alone);
  }

  private Times measure(Attachment attachment) {
    List<Double> stage = new ArrayList<>();
    List<Double> unstage = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      stage.add(Measurement.seconds(() -> node.client().stage(attachment)));
      unstage.add(Measurement.seconds(() -> node.client().unstage(attachment)));
    }
    return new Times(Measurement.median(stage), Measurement.median(unstage));
  }
}
