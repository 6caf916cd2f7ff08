package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events about objects, for {@code kubectl describe}. One that cannot be written is lost. */
final class KubeEvents {
  private static final Logger LOG = LoggerFactory.getLogger(KubeEvents.class);

  /** Where Kubernetes wants the events about objects that are in no namespace. */
  static final String NAMESPACE = "default";

  private static final String COMPONENT = "mooring-controller";
  private static final int LONGEST_MESSAGE = 1024;
  private static final int LONGEST_PREFIX = 200;

  private final KubernetesClient client;
  private final String instance;

  KubeEvents(KubernetesClient client, String instance) {
    this.client = requireNonNull(client, "client is null");
    this.instance = requireNonNull(instance, "instance is null");
  }

  /**
   * Writes an event.
   *
   * @param type {@code Normal} or {@code Warning}
   */
  void write(StorageTargetObject about, String type, String reason, String message) {
    write(
        new ObjectReferenceBuilder()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withName(about.name())
            .withUid(about.getMetadata().getUid())
            .build(),
        type,
        reason,
        message);
  }

  /**
   * Writes an event.
   *
   * @param about with kind, name and uid, and a namespace if it is in one
   * @param type {@code Normal} or {@code Warning}
   */
  void write(ObjectReference about, String type, String reason, String message) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(about.getNamespace() == null ? NAMESPACE : about.getNamespace())
            .withName(prefix(about.getName()) + "." + Long.toHexString(System.nanoTime()))
            .endMetadata()
            .withType(type)
            .withReason(reason)
            .withMessage(shortened(message))
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .withReportingComponent(COMPONENT)
            .withReportingInstance(instance)
            .withNewSource()
            .withComponent(COMPONENT)
            .endSource()
            .withInvolvedObject(about)
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "the event \"{}\" of {} {} is lost: {}",
          message,
          about.getKind(),
          about.getName(),
          KubeTrouble.reason(e));
    }
  }

  /** Event names are as long as others at most. */
  private static String prefix(String name) {
    return name.length() <= LONGEST_PREFIX
        ? name
        : name.substring(0, LONGEST_PREFIX).replaceAll("[-.]+$", "");
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }
}
