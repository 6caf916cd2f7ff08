package io.mooring.e2e.bench;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.lab.tool.Progress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * CreateVolume and ControllerPublish while LUNs pile up on one storage host, where they stay: it is
 * the last part of a run, and the lab ends with it.
 */
final class ScaleBench {
  private static final long SMALL_BYTES = 4L << 20;
  private static final int SAMPLE = 10;
  private static final int LUNS_PER_NODE = 100;

  private final Mooring mooring;
  private final Progress progress;
  private final int luns;
  private int published;

  ScaleBench(Mooring mooring, Progress progress, int luns) {
    this.mooring = mooring;
    this.progress = progress;
    this.luns = luns;
  }

  List<Row> rows() {
    addUntil(SAMPLE);
    double few = Measurement.median(addUntil(2 * SAMPLE));
    addUntil(luns - SAMPLE);
    double many = Measurement.median(addUntil(luns));
    Row memory =
        Row.memory(
            "mooring-agent with %d LUNs".formatted(luns), mooring.agent().unit().memory(), 96);
    return List.of(
        Row.atMostTimes(
            "CreateVolume + publish at %d LUNs (baseline: at %d)".formatted(luns, SAMPLE),
            many,
            "s",
            few,
            1.2),
        memory);
  }

  private List<Double> addUntil(int count) {
    List<Double> seconds = new ArrayList<>();
    while (published < count) {
      seconds.add(Measurement.seconds(this::add));
      if (published % 50 == 0) {
        progress.say("bench: %d LUNs".formatted(published));
      }
    }
    return seconds;
  }

  /**
   * The agent needs no more of a node than its name and uuid; so many workers would not fit here.
   */
  private void add() {
    int number = published;
    String name = "bench-node-" + number / LUNS_PER_NODE;
    String nodeId = name + "/" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    VolumeSpec spec =
        new VolumeSpec("bench-scale-" + number, AgentHost.THIN, VolumeKind.BLOCK, SMALL_BYTES);
    Volume volume = mooring.controller().create(spec);
    mooring.controller().publish(volume, nodeId, spec.kind());
    published++;
  }
}
