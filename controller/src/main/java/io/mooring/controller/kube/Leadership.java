package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this replica is the one that writes status. Two may believe so for a moment, when clocks
 * differ or a request hangs: what is done as the leader must be fenced by itself.
 */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final String LEASE = "mooring-controller";
  private static final Duration LEASE_TIME = Duration.ofSeconds(15);
  private static final Duration RENEW_LIMIT = Duration.ofSeconds(10);

  /**
   * The elector notices that it has lost the lease only between two requests: one that hangs, and
   * is repeated, must not keep it from that while another replica leads already. Shorter, and a
   * server that writes slowly would have no leader at all: the lease would be renewed and nobody
   * know it.
   */
  private static final RequestConfig BRIEF =
      new RequestConfigBuilder()
          .withRequestTimeout((int) Duration.ofSeconds(4).toMillis())
          .withRequestRetryBackoffLimit(0)
          .build();

  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final LeaderElectionConfig config;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("leadership").daemon().factory());
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean held;
  private @Nullable CompletableFuture<?> term; // only under the lock
  private boolean closed; // only under the lock

  /**
   * @param identity of this replica, its pod's name
   */
  Leadership(KubernetesClient client, String namespace, String identity) {
    this.client = requireNonNull(client, "client is null");
    this.config =
        new LeaderElectionConfigBuilder()
            .withName(LEASE)
            .withLock(new LeaseLock(namespace, LEASE, identity))
            .withLeaseDuration(LEASE_TIME)
            .withRenewDeadline(RENEW_LIMIT)
            .withRetryPeriod(RETRY)
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(
                    () -> held(true), () -> held(false), leader -> leads(leader, identity)))
            .build();
  }

  /**
   * @param leader null where the lease was given back. What this throws would end the elector
   *     before it says that it leads no more
   */
  void leads(@Nullable String leader, String own) {
    LOG.info("storage targets are watched by {}", leader);
    if (leader != null && !leader.equals(own)) {
      listeners.forEach(Runnable::run);
    }
  }

  /**
   * Calls that whenever this replica has ceased to lead, also where it cannot learn who does now,
   * and whenever another one has come to; it must not wait.
   */
  void whenAnotherLeads(Runnable listener) {
    listeners.add(listener);
  }

  /** Runs for leader from now on. */
  Leadership running() {
    runForATerm();
    return this;
  }

  private synchronized void runForATerm() {
    if (closed) {
      return;
    }
    // An elector is good for one term.
    term =
        client
            .adapt(NamespacedKubernetesClient.class)
            .withRequestConfig(BRIEF)
            .call(brief -> brief.leaderElector().withConfig(config).build())
            .start();
    var _ =
        term.whenComplete((_, e) -> {
          held(false);
          again(e);
        });
  }

  private void again(@Nullable Throwable e) {
    LOG.debug("the term has ended", e);
    try {
      var _ = clock.schedule(this::runForATerm, RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("the process is stopping", stopping);
    }
  }

  private void held(boolean now) {
    if (held != now) {
      held = now;
      LOG.info(now ? "this replica is the leader" : "this replica is not the leader any more");
      if (!now) {
        listeners.forEach(Runnable::run);
      }
    }
  }

  /** Whether this replica is the leader, as far as it knows. */
  boolean held() {
    return held;
  }

  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdownNow();
    if (term != null) {
      term.cancel(true);
    }
  }
}
