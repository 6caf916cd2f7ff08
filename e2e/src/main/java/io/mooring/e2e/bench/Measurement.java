package io.mooring.e2e.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Seconds of single runs, and what to quote of them. */
final class Measurement {
  private Measurement() {}

  /** How long a call takes, in seconds. */
  static double seconds(Runnable call) {
    long began = System.nanoTime();
    call.run();
    return seconds(Duration.ofNanos(System.nanoTime() - began));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  static double mib(long bytes) {
    return bytes / (double) (1L << 20);
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
