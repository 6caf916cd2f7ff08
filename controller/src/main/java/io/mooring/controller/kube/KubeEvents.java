package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events about StorageTargets, for {@code kubectl describe}. One that cannot be written is lost.
 */
final class TargetEvents {
  private static final Logger LOG = LoggerFactory.getLogger(TargetEvents.class);

  /** Where Kubernetes wants the events about objects that are in no namespace. */
  static final String NAMESPACE = "default";

  private static final String COMPONENT = "mooring-controller";
  private static final int LONGEST_MESSAGE = 1024;

  private final KubernetesClient client;
  private final String instance;

  TargetEvents(KubernetesClient client, String instance) {
    this.client = requireNonNull(client, "client is null");
    this.instance = requireNonNull(instance, "instance is null");
  }

  /**
   * Writes an event.
   *
   * @param type {@code Normal} or {@code Warning}
   */
  void write(StorageTargetObject about, String type, String reason, String message) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(about.name() + "." + Long.toHexString(System.nanoTime()))
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
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withName(about.name())
            .withUid(about.getMetadata().getUid())
            .endInvolvedObject()
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "the event \"{}\" of StorageTarget {} is lost: {}",
          message,
          about.name(),
          KubeTrouble.reason(e));
    }
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }
}
