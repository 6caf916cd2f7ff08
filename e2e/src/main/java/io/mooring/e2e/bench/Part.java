package io.mooring.e2e.bench;

import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.lab.tool.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The parts of a run, in their order. */
enum Part {
  STAGE,
  STALL,
  LOAD,
  GROWTH,
  SNAPSHOT,
  ENCRYPTION,
  LIMITS,
  CROWD,
  /** Last, since its volumes stay. */
  SCALE;

  List<Row> rows(Mooring mooring, Progress progress, int luns) {
    return switch (this) {
      case STAGE -> new StageBench(mooring).rows();
      case STALL -> new StallBench(mooring).rows();
      case LOAD -> new LoadBench(mooring).rows();
      case GROWTH -> new GrowthBench(mooring).rows();
      case SNAPSHOT -> new SnapshotBench(mooring).rows();
      case ENCRYPTION -> new EncryptionBench(mooring).rows();
      case LIMITS -> new LimitsBench(mooring).rows();
      case CROWD -> new CrowdBench(mooring, progress).rows();
      case SCALE -> new ScaleBench(mooring, progress, luns).rows();
    };
  }

  /** As it is called on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The part that is called so.
   *
   * @throws IllegalArgumentException when there is none; it names those that there are
   */
  static Part called(String word) {
    return Arrays.stream(values())
        .filter(part -> part.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the benchmark has no part %s; it has %s"
                    .formatted(
                        word,
                        Arrays.stream(values()).map(Part::word).collect(Collectors.joining(",")))));
  }
}
