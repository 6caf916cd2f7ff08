package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.volume.Repair;
import io.mooring.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats the repair: once before the first call is served, then every minute, and more often while
 * something is wrong, such as a portal whose address is not up yet. Each problem is logged when it
 * appears and when it is gone.
 */
final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration CALM = Duration.ofSeconds(60);
  private static final Duration TROUBLED = Duration.ofSeconds(10);
  private static final Duration LAST_PASS = Duration.ofSeconds(30);

  private final Repair repair;
  private final TargetStatus status;
  private final Metrics.Durations passes;
  private final Metrics.Level volumes;
  private final Metrics.Level luns;
  private final Metrics.Level problems;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private Set<String> known = Set.of();

  Reconciler(Repair repair, TargetStatus status, Metrics metrics) {
    this.repair = requireNonNull(repair, "repair is null");
    this.status = requireNonNull(status, "status is null");
    passes =
        metrics.durations(
            "mooring_agent_reconcile_seconds", "How long one pass of the reconciler takes.");
    volumes = metrics.level("mooring_agent_volumes", "Volumes of all clusters.", new String[0]);
    luns = metrics.level("mooring_agent_luns", "LUNs that are served.", new String[0]);
    problems = metrics.level("mooring_agent_problems", "Problems of the last pass.", new String[0]);
    thread = Thread.ofPlatform().name("reconciler").daemon().unstarted(this::loop);
  }

  /** The first pass, in the caller's thread, and then the loop. */
  void start() {
    pass();
    thread.start();
  }

  private void loop() {
    try {
      measure();
      while (!stop.await((known.isEmpty() ? CALM : TROUBLED).toMillis(), TimeUnit.MILLISECONDS)) {
        pass();
        measure();
      }
    } catch (InterruptedException e) {
      LOG.debug("the reconciler was interrupted");
    }
  }

  /** Metrics of pools have to be true also while no controller asks. */
  private void measure() {
    try {
      var _ = status.get();
    } catch (RuntimeException e) {
      LOG.error("the pools could not be looked at; it is tried again", e);
    }
  }

  private void pass() {
    long startedNanos = System.nanoTime();
    try {
      Repair.Report report = repair.pass();
      volumes.set(report.volumes());
      luns.set(report.luns());
      log(report.problems());
    } catch (RuntimeException e) {
      LOG.error("the reconciler's pass failed unexpectedly; it is repeated", e);
      log(List.of("the last pass failed: " + e));
    }
    problems.set(known.size());
    passes.add(Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  private void log(List<String> found) {
    Set<String> now = new LinkedHashSet<>(found);
    now.stream().filter(one -> !known.contains(one)).forEach(one -> LOG.warn("{}", one));
    known.stream().filter(one -> !now.contains(one)).forEach(one -> LOG.info("no longer: {}", one));
    known = now;
  }

  /** Lets a pass under way end, so that nothing is left half done. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(LAST_PASS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
