package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.audit.Orphan;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Findings of the audit as MooringOrphan objects. */
final class OrphanReport {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanReport.class);
  private static final int DIGITS = 12;

  private final KubernetesClient client;

  OrphanReport(KubernetesClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  /** The same for every replica and at each look, such as {@code orphan-volume-1f0c9a7be2d4}. */
  static String name(Orphan orphan) {
    return orphan.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
        + "-"
        + RecordName.digits(orphan.key(), DIGITS);
  }

  /** All that are shown, by name. */
  Map<String, MooringOrphanObject> all() {
    Map<String, MooringOrphanObject> all = new HashMap<>();
    client
        .resources(MooringOrphanObject.class)
        .list()
        .getItems()
        .forEach(object -> all.put(object.name(), object));
    return all;
  }

  /** Shows a finding. */
  void add(Orphan orphan, OrphanStatus status) {
    MooringOrphanObject object = new MooringOrphanObject();
    object.setMetadata(new ObjectMetaBuilder().withName(name(orphan)).build());
    object.setSpec(OrphanSpec.of(orphan));
    LOG.warn("{}: {}", orphan.key(), orphan.sentence());
    unlessOutrun(
        () -> client.resource(client.resource(object).create().with(status)).updateStatus());
  }

  /** Says what is new of one that is shown. */
  void update(MooringOrphanObject object, OrphanStatus status) {
    if (!status.equals(object.getStatus())) {
      unlessOutrun(() -> client.resource(object.with(status)).updateStatus());
    }
  }

  /** The finding is over. */
  void remove(MooringOrphanObject object) {
    LOG.info("{} is over", object.orphan().map(Orphan::key).orElse(object.name()));
    unlessOutrun(() -> client.resource(object).delete());
  }

  /** Whether an administrator wants the thing gone, as it is now. */
  boolean consented(String name) {
    return Optional.ofNullable(all().get(name)).filter(MooringOrphanObject::consented).isPresent();
  }

  private static void unlessOutrun(Runnable write) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      if (!KubeTrouble.outrun(e)) {
        throw e;
      }
    }
  }
}
