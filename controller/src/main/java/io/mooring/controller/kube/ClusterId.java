package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In whose name the agents are asked: what is configured, else the uid of the namespace
 * kube-system, which lives as long as the cluster does. It is asked for until there is an answer.
 */
final class ClusterId implements Supplier<String>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterId.class);
  private static final String NAMESPACE = "kube-system";

  private final KubernetesClient client;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster-id").daemon().factory());
  private volatile @Nullable String id;
  private volatile String complaint = "it has not been asked yet";

  private ClusterId(KubernetesClient client, @Nullable String id) {
    this.client = requireNonNull(client, "client is null");
    this.id = id;
  }

  /**
   * The cluster's id.
   *
   * @param interval between questions until there is an answer
   */
  static ClusterId of(KubernetesClient client, Optional<String> configured, Duration interval) {
    ClusterId cluster = new ClusterId(client, configured.orElse(null));
    if (configured.isEmpty()) {
      var _ =
          cluster.clock.scheduleWithFixedDelay(
              cluster::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
    return cluster;
  }

  private void look() {
    try {
      Namespace namespace = client.namespaces().withName(NAMESPACE).get();
      if (namespace == null) {
        complain("there is no such namespace; set the option cluster");
        return;
      }
      String uid = namespace.getMetadata().getUid();
      LOG.info("this cluster's id is {}", uid);
      id = uid;
      clock.shutdown();
    } catch (KubernetesClientException e) {
      complain(KubeTrouble.reason(e));
    } catch (RuntimeException e) {
      LOG.error("the cluster's id could not be asked for", e);
    }
  }

  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("the uid of namespace {} is not known: {}", NAMESPACE, reason);
    }
  }

  @Override
  public String get() {
    String known = id;
    if (known == null) {
      throw Failure.unavailable(sentence());
    }
    return known;
  }

  /** Why it is not known, in one sentence; empty once it is. */
  Optional<String> trouble() {
    return id == null ? Optional.of(sentence()) : Optional.empty();
  }

  private String sentence() {
    return "the cluster's id, the uid of namespace %s, is not known: %s"
        .formatted(NAMESPACE, complaint);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
