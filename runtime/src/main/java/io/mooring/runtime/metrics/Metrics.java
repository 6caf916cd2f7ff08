package io.mooring.runtime.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The metrics of one process, those of the JVM included. Names begin with {@code mooring_} and end
 * in their unit; a name is registered once. Thread-safe.
 */
public final class Metrics {
  /** Seconds; from a sysfs read to a mkfs on a slow disk. */
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();

  public Metrics() {
    JvmMetrics.builder().register(registry);
  }

  /** How long something takes, as a histogram of seconds. */
  @FunctionalInterface
  public interface Durations {
    /**
     * Counts one more.
     *
     * @param labelValues one for each label, in the order of the declaration
     */
    void add(Duration took, String... labelValues);
  }

  /** How often something happened. */
  @FunctionalInterface
  public interface Count {
    /**
     * Counts one more.
     *
     * @param labelValues one for each label, in the order of the declaration
     */
    void increment(String... labelValues);
  }

  /** How much of something there is now. */
  public interface Level {
    /**
     * Replaces the value of one series.
     *
     * @param labelValues one for each label, in the order of the declaration
     */
    void set(double value, String... labelValues);

    /** Forgets the series of something that is gone. */
    void remove(String... labelValues);
  }

  /** Takes the series of a gauge, one by one. */
  @FunctionalInterface
  public interface Series {
    /**
     * Adds one more.
     *
     * @param labelValues one for each label, in the order of the declaration; no two series may
     *     have the same
     */
    void add(double value, String... labelValues);
  }

  /**
   * Declares a histogram.
   *
   * @param name ends in {@code _seconds}
   */
  public Durations durations(String name, String help, String... labels) {
    Histogram histogram = histogram(name, help, labels);
    return (took, values) -> histogram.labelValues(values).observe(took.toNanos() / 1e9);
  }

  /**
   * Declares a histogram with one label whose values are known. Each has its series from the start:
   * of one that begins with its first event, Prometheus does not count that event.
   */
  public Durations durations(String name, String help, String label, List<String> known) {
    Histogram histogram = histogram(name, help, label);
    known.forEach(histogram::initLabelValues);
    return (took, values) -> histogram.labelValues(values).observe(took.toNanos() / 1e9);
  }

  private Histogram histogram(String name, String help, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  /**
   * Declares a counter.
   *
   * @param name without {@code _total}, which is appended
   */
  public Count count(String name, String help, String... labels) {
    Counter counter = Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    return values -> counter.labelValues(values).inc();
  }

  /**
   * Declares a counter with one label whose values are known; each has its series from the start.
   */
  public Count count(String name, String help, String label, List<String> known) {
    Counter counter = Counter.builder().name(name).help(help).labelNames(label).register(registry);
    known.forEach(counter::initLabelValues);
    return values -> counter.labelValues(values).inc();
  }

  /** Declares a gauge that is set. */
  public Level level(String name, String help, String... labels) {
    Gauge gauge = Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
    return new Level() {
      @Override
      public void set(double value, String... labelValues) {
        gauge.labelValues(labelValues).set(value);
      }

      @Override
      public void remove(String... labelValues) {
        gauge.remove(labelValues);
      }
    };
  }

  /**
   * Declares a gauge that is read when somebody asks; the reading must be quick and must not touch
   * a device.
   */
  public void level(String name, String help, DoubleSupplier now) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(now.getAsDouble()))
        .register(registry);
  }

  /**
   * Declares a gauge whose series are told when somebody asks: one that is not told any more is
   * gone. What is told must be at hand.
   */
  public void levels(String name, String help, Consumer<Series> now, String... labels) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .callback(callback -> now.accept(callback::call))
        .register(registry);
  }

  PrometheusRegistry registry() {
    return registry;
  }
}
