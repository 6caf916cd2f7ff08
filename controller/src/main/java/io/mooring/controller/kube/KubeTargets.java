package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.Targets;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage targets from StorageTarget objects, followed as they change. An object that cannot be
 * used leaves the others alone; if it could be used before, the target stays as it was for as long
 * as this process runs: taking a LUN from a node must not fail for a typing mistake.
 */
final class KubeTargets implements Targets, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeTargets.class);

  private final ClusterId cluster;
  private final SecretFiles secrets;
  private final SharedIndexInformer<StorageTargetObject> informer;
  private final Background loop;

  private volatile @Nullable SortedMap<String, Entry> entries;
  private volatile SortedMap<String, StorageTarget> targets = Collections.emptySortedMap();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile String complaint = "the API server has not answered yet";

  /**
   * An object, and what became of it.
   *
   * @param target empty when the object never could be used
   * @param objection why the object as it is cannot be used; empty when it can
   */
  record Entry(
      StorageTargetObject object, Optional<StorageTarget> target, Optional<String> objection) {}

  /**
   * The targets of that cluster, once it is started.
   *
   * @param interval how often Secrets are looked at for changes
   */
  KubeTargets(KubernetesClient client, ClusterId cluster, SecretFiles secrets, Duration interval) {
    this.cluster = requireNonNull(cluster, "cluster is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.informer = client.resources(StorageTargetObject.class).runnableInformer(0);
    this.loop = new Background("storage-targets", interval, this::rebuild);
    informer.exceptionHandler(this::retry);
    var _ = informer.addEventHandler(new Handler());
  }

  /** Begins to follow the objects. */
  KubeTargets start() {
    var _ = informer.start().whenComplete((_, _) -> loop.poke());
    var _ = loop.start();
    return this;
  }

  private boolean retry(boolean started, Throwable e) {
    String reason = KubeTrouble.reason(e);
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("StorageTargets cannot be read: {}", reason);
    }
    return true;
  }

  /** Any change makes all of it new: there are few targets, and it happens on one thread. */
  private final class Handler implements ResourceEventHandler<StorageTargetObject> {
    @Override
    public void onAdd(StorageTargetObject object) {
      loop.poke();
    }

    @Override
    public void onUpdate(StorageTargetObject old, StorageTargetObject fresh) {
      loop.poke();
    }

    @Override
    public void onDelete(StorageTargetObject object, boolean stale) {
      loop.poke();
    }
  }

  private void rebuild() {
    if (informer.hasSynced()) {
      use(read());
    }
  }

  private SortedMap<String, Entry> read() {
    SortedMap<String, Entry> before = entries == null ? Collections.emptySortedMap() : entries;
    SortedMap<String, Entry> fresh = new TreeMap<>();
    for (StorageTargetObject object : informer.getStore().list()) {
      fresh.put(object.name(), entry(object, Optional.ofNullable(before.get(object.name()))));
    }
    return Collections.unmodifiableSortedMap(fresh);
  }

  private Entry entry(StorageTargetObject object, Optional<Entry> before) {
    try {
      StorageTarget target = TargetReader.read(object);
      String secret = TargetReader.orElse(object.getSpec().tlsSecretName(), "");
      return new Entry(
          object,
          Optional.of(secret.isEmpty() ? target : secrets.equip(target, secret)),
          Optional.empty());
    } catch (Failure e) {
      boolean told = before.flatMap(Entry::objection).equals(Optional.of(e.sentence()));
      if (!told) {
        LOG.error("StorageTarget {}: {}", object.name(), e.sentence());
      }
      return new Entry(object, before.flatMap(Entry::target), Optional.of(e.sentence()));
    }
  }

  private void use(SortedMap<String, Entry> fresh) {
    SortedMap<String, StorageTarget> usable = new TreeMap<>();
    fresh.forEach((name, entry) -> entry.target().ifPresent(target -> usable.put(name, target)));
    if (entries == null || !usable.equals(targets)) {
      LOG.info("storage targets {}", usable.values());
    }
    targets = Collections.unmodifiableSortedMap(usable);
    entries = fresh;
    listeners.forEach(Runnable::run);
  }

  /** Calls that whenever the objects have been read; it must not wait. */
  void whenRead(Runnable listener) {
    listeners.add(listener);
  }

  /** Over which portals each of the hosts is to be reached whose portals are known. */
  List<PortalPlan> plans() {
    List<PortalPlan> plans = new ArrayList<>();
    for (Entry entry : entries()) {
      try {
        List<Portal> portals = TargetReader.portals(entry.object().statusOrNone().portals());
        entry.target().map(target -> PortalPlan.of(target, portals)).ifPresent(plans::add);
      } catch (Failure e) {
        LOG.debug("StorageTarget {}: {}", entry.object().name(), e.sentence());
      }
    }
    return plans;
  }

  /** All objects; none as long as they are not known. */
  List<Entry> entries() {
    SortedMap<String, Entry> known = entries;
    return known == null ? List.of() : List.copyOf(known.values());
  }

  @Override
  public SortedMap<String, StorageTarget> current() {
    trouble()
        .ifPresent(sentence -> {
          throw Failure.unavailable(sentence);
        });
    return targets;
  }

  @Override
  public Optional<String> trouble() {
    if (entries == null) {
      return Optional.of(
          "no storage target is known: StorageTargets have not been read: " + complaint);
    }
    return cluster.trouble();
  }

  @Override
  public void close() {
    informer.stop();
    loop.close();
  }
}
