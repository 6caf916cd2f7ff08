package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.runtime.time.Background;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of nodes that have had no link for a while that nobody knows how their paths are: a dead
 * node must not be shown as it was. Used by one thread, while this replica is the leader, to which
 * all nodes link.
 */
final class SilentNodes {
  private static final Logger LOG = LoggerFactory.getLogger(SilentNodes.class);

  private final KubernetesClient client;
  private final Predicate<String> linked;
  private final BooleanSupplier leads;
  private final Duration patience;
  private final InstantSource now;
  private final Map<String, Instant> silentSince = new HashMap<>();
  private Set<String> heard = Set.of();
  private Optional<KubernetesClientException> refusal = Optional.empty();
  private int complaint;

  /**
   * @param linked whether the node of that name is linked
   * @param patience longer than nodes need to link to a new leader
   */
  SilentNodes(
      KubernetesClient client,
      Predicate<String> linked,
      BooleanSupplier leads,
      Duration patience,
      InstantSource now) {
    this.client = requireNonNull(client, "client is null");
    this.linked = requireNonNull(linked, "linked is null");
    this.leads = requireNonNull(leads, "leads is null");
    this.patience = requireNonNull(patience, "patience is null");
    this.now = requireNonNull(now, "now is null");
  }

  /** Looks again and again, once it is started. */
  Background loop(Duration interval) {
    return new Background("silent-nodes", interval, this::pass);
  }

  /** Looks now; the next look is the retry. */
  void pass() {
    if (!leads.getAsBoolean()) {
      silentSince.clear();
      heard = Set.of();
      return;
    }
    refusal = Optional.empty();
    try {
      look();
    } catch (KubernetesClientException e) {
      refusal = Optional.of(e);
    }
    complain();
  }

  private void look() {
    Set<String> silent = new HashSet<>();
    Set<String> present = new HashSet<>();
    Pages.each(
        client.resources(MooringAttachmentObject.class),
        object -> {
          // After the object was read: a node that has linked since then writes it itself.
          String node = object.getSpec().node();
          if (linked.test(node)) {
            present.add(node);
            silentSince.remove(node);
          } else {
            silent.add(node);
            silentSince.putIfAbsent(node, now.instant());
          }
          status(object).ifPresent(status -> write(object, status));
        });
    silentSince.keySet().retainAll(silent);
    heard = present;
  }

  /** What is to be written of it, if anything is. */
  private Optional<AttachmentStatus> status(MooringAttachmentObject object) {
    AttachmentStatus status = object.getStatus();
    if (status == null) {
      return Optional.empty();
    }
    String node = object.getSpec().node();
    Instant since = silentSince.get(node);
    if (since == null) {
      // One that has had its link for a while, and has nothing new to say.
      return status.isUnknown() && heard.contains(node)
          ? Optional.of(status.known())
          : Optional.empty();
    }
    boolean late = !now.instant().isBefore(since.plus(patience));
    return late && !status.isUnknown() ? Optional.of(status.unknown()) : Optional.empty();
  }

  /** Of the version that was read: whatever a node has said meanwhile is newer. */
  private void write(MooringAttachmentObject object, AttachmentStatus status) {
    try {
      var _ = client.resource(object.with(status)).updateStatus();
    } catch (KubernetesClientException e) {
      if (e.getCode() <= 0) {
        throw e;
      }
      if (!KubeTrouble.outrun(e)) {
        refusal = Optional.of(e);
      }
    }
  }

  /** Once for each cause, whose text may name one object after another. */
  private void complain() {
    int cause = refusal.map(e -> e.getCode() == 0 ? -1 : e.getCode()).orElse(0);
    if (cause != complaint && refusal.isPresent()) {
      LOG.warn(
          "nodes that are not linked are shown as they were: {}",
          KubeTrouble.reason(refusal.get()));
    }
    complaint = cause;
  }
}
