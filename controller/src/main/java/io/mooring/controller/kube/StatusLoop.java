package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.kube.TargetStatus.Condition;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.TargetState;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of StorageTargets true, on the replica that is the leader: asks all agents at
 * the same time and writes what has changed. A write is fenced by the object's version, so that a
 * leader of yesterday overwrites nothing.
 */
final class StatusLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusLoop.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  // While somebody waits for it to change.
  private static final Duration UNDER_WAY = Duration.ofSeconds(2);
  private static final double JITTER = 0.2;

  private final KubernetesClient client;
  private final KubeTargets targets;
  private final Fleet fleet;
  private final UpkeepLook upkeep;
  private final KubeEvents events;
  private final BooleanSupplier leads;
  private final Consumer<Map<String, Boolean>> told;
  private final Background loop;
  private boolean underWay; // only on the loop

  /**
   * @param interval between two looks, about
   * @param told hears after each look which targets answer, by name; of none when another replica
   *     leads
   */
  StatusLoop(
      Duration interval,
      KubernetesClient client,
      KubeTargets targets,
      Fleet fleet,
      KubeEvents events,
      BooleanSupplier leads,
      Consumer<Map<String, Boolean>> told) {
    this.client = requireNonNull(client, "client is null");
    this.targets = requireNonNull(targets, "targets is null");
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.upkeep = new UpkeepLook(client, fleet);
    this.events = requireNonNull(events, "events is null");
    this.leads = requireNonNull(leads, "leads is null");
    this.told = requireNonNull(told, "told is null");
    this.loop = new Background("target-status", () -> pause(interval), this::pass);
  }

  /** Begins to look, now and then, and at once when a spec has changed. */
  StatusLoop start() {
    targets.whenRead(this::looksIfChanged);
    var _ = loop.start();
    return this;
  }

  private void looksIfChanged() {
    boolean changed =
        targets.entries().stream()
            .map(KubeTargets.Entry::object)
            .anyMatch(object ->
                !Objects.equals(
                    object.getMetadata().getGeneration(),
                    object.statusOrNone().observedGeneration()));
    if (changed) {
      loop.poke();
    }
  }

  private Duration pause(Duration interval) {
    double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    Duration pause = underWay && interval.compareTo(UNDER_WAY) > 0 ? UNDER_WAY : interval;
    return Duration.ofMillis(Math.round(pause.toMillis() * factor));
  }

  /** Looks at all targets now, where this replica is the leader. */
  void pass() {
    if (!leads.getAsBoolean()) {
      told.accept(Map.of());
    } else if (targets.trouble().isEmpty()) {
      look(targets.entries());
    }
  }

  private void look(List<KubeTargets.Entry> entries) {
    Map<String, Boolean> answering = new HashMap<>();
    List<KubeTargets.Entry> usable = new ArrayList<>();
    for (KubeTargets.Entry entry : entries) {
      answering.put(entry.object().name(), false);
      if (entry.objection().isPresent()) {
        write(
            entry.object(), StatusDraft.of(entry.object(), entry.objection().get(), Instant.now()));
      } else {
        usable.add(entry);
      }
    }
    List<Answer<TargetState>> answers =
        fleet.ask(
            usable.stream().flatMap(entry -> entry.target().stream()).toList(),
            target -> fleet.agent(target).describe(Deadline.after(ANSWER_LIMIT)));
    underWay = false;
    for (int i = 0; i < usable.size(); i++) {
      StorageTargetObject object = usable.get(i).object();
      Answer<TargetState> answer = answers.get(i);
      answering.put(object.name(), answer instanceof Answer.Given);
      Upkeep kept =
          answer instanceof Answer.Given<TargetState>(StorageTarget target, TargetState state)
              ? upkeep.at(object, target, state)
              : Upkeep.NONE;
      underWay |= kept.outcome().filter(Upkeep.Outcome::underWay).isPresent();
      write(object, StatusDraft.of(object, answer, kept, Instant.now()));
    }
    told.accept(answering);
  }

  private void write(StorageTargetObject object, TargetStatus fresh) {
    TargetStatus old = object.statusOrNone();
    if (!StatusDraft.worthWriting(old, fresh)) {
      return;
    }
    try {
      client.resource(withStatus(object, fresh)).updateStatus();
      tell(object, old, fresh);
    } catch (KubernetesClientException e) {
      if (KubeTrouble.outrun(e)) {
        LOG.debug("StorageTarget {} has changed meanwhile", object.name(), e);
      } else {
        LOG.warn(
            "the status of StorageTarget {} cannot be written: {}",
            object.name(),
            KubeTrouble.reason(e));
      }
    }
  }

  /**
   * A copy for writing, of the version that was read; the object itself belongs to the informer.
   */
  static StorageTargetObject withStatus(StorageTargetObject object, TargetStatus status) {
    StorageTargetObject copy = new StorageTargetObject();
    copy.setMetadata(object.getMetadata());
    copy.setSpec(object.getSpec());
    copy.setStatus(status);
    return copy;
  }

  /** One event when the target has become usable, or has ceased to be. */
  private void tell(StorageTargetObject object, TargetStatus old, TargetStatus fresh) {
    Optional<Condition> before = old.condition(StatusDraft.READY);
    Condition now = fresh.condition(StatusDraft.READY).orElseThrow();
    if (before.isPresent() && before.get().status().equals(now.status())) {
      return;
    }
    boolean ready = now.status().equals("True");
    LOG.info("StorageTarget {}: {}: {}", object.name(), now.reason(), now.message());
    events.write(object, ready ? "Normal" : "Warning", now.reason(), now.message());
  }

  @Override
  public void close() {
    loop.close();
  }
}
