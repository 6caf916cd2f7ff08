package io.mooring.e2e.bench;

import io.mooring.e2e.deployment.ResidentMemory;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param value what was measured
 * @param unit of value and baseline
 * @param baseline what it is compared with, measured in the same run; null where the bar is
 *     absolute
 * @param ratio value / baseline; null without a baseline
 * @param bar what must hold, in words
 * @param holds whether it does; true where there is no bar
 */
record Row(
    String name,
    double value,
    String unit,
    @Nullable Double baseline,
    @Nullable Double ratio,
    String bar,
    boolean holds) {
  private static final String NO_BAR = "-";

  /** For the table. */
  String verdict() {
    if (bar.equals(NO_BAR)) {
      return NO_BAR;
    }
    return holds ? "yes" : "**no**";
  }

  /** The bar is a ratio. */
  static Row atMostTimes(String name, double value, String unit, double baseline, double bar) {
    double ratio = value / baseline;
    return new Row(name, value, unit, baseline, ratio, "<= %.2f x".formatted(bar), ratio <= bar);
  }

  /** The bar is a distance above the baseline. */
  static Row atMostAbove(String name, double value, String unit, double baseline, double bar) {
    return new Row(
        name,
        value,
        unit,
        baseline,
        value / baseline,
        "<= baseline + %.2f %s".formatted(bar, unit),
        value <= baseline + bar);
  }

  /** The bar is a number; what it is compared with is for the reader. */
  static Row atMostBeside(String name, double value, String unit, double baseline, double bar) {
    return new Row(
        name,
        value,
        unit,
        baseline,
        value / baseline,
        "<= %.2f %s".formatted(bar, unit),
        value <= bar);
  }

  /** The bar is a ratio, and more is better. */
  static Row atLeastTimes(String name, double value, String unit, double baseline, double bar) {
    double ratio = value / baseline;
    return new Row(name, value, unit, baseline, ratio, ">= %.2f x".formatted(bar), ratio >= bar);
  }

  /**
   * The bar is a distance from the baseline, up or down.
   *
   * @param share of the baseline
   */
  static Row within(String name, double value, String unit, double baseline, double share) {
    double ratio = value / baseline;
    return new Row(
        name,
        value,
        unit,
        baseline,
        ratio,
        "baseline +- %.0f %%".formatted(share * 100),
        Math.abs(ratio - 1) <= share);
  }

  /** The bar is for all of it, in MiB; beside it stands what of it is no file's. */
  static Row memory(String who, ResidentMemory memory, double bar) {
    return atMostBeside(
        "RSS of %s (baseline: anonymous memory alone)".formatted(who),
        Measurement.mib(memory.bytes()),
        "MiB",
        Measurement.mib(memory.anonymousBytes()),
        bar);
  }

  /** There is no bar: what it is compared with is for the reader. */
  static Row compared(String name, double value, String unit, double baseline) {
    return new Row(name, value, unit, baseline, value / baseline, NO_BAR, true);
  }

  /** The bar is a number. */
  static Row atMost(String name, double value, String unit, double bar) {
    return new Row(name, value, unit, null, null, "<= %.2f %s".formatted(bar, unit), value <= bar);
  }
}
