package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Attachments.Publications;
import io.mooring.runtime.failure.Failure;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MooringAttachments of one node. They are read once, and again when somebody else has changed
 * one; every write is fenced by the version that was read. Used by one thread at a time.
 */
final class NodeAttachments {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAttachments.class);

  private final KubernetesClient client;
  private final String node;
  private final Publications publications;
  private final Claims claims;
  private final PathEvents events;
  private @Nullable Map<String, MooringAttachmentObject> objects;
  private String complaint = "";

  NodeAttachments(
      KubernetesClient client, String node, Publications publications, PathEvents events) {
    this.client = requireNonNull(client, "client is null");
    this.node = requireNonNull(node, "node is null");
    this.publications = requireNonNull(publications, "publications is null");
    this.claims = new Claims(client);
    this.events = requireNonNull(events, "events is null");
  }

  /** Makes the objects say this; answers whether they do. What they do not is to be tried again. */
  boolean say(List<Attachment> all) {
    try {
      Map<String, MooringAttachmentObject> known = known();
      Set<String> wanted =
          all.stream()
              .map(attachment -> AttachmentName.of(node, attachment.volume()))
              .collect(Collectors.toSet());
      for (String name : List.copyOf(known.keySet())) {
        if (!wanted.contains(name)) {
          client.resource(known.get(name)).delete();
          MooringAttachmentObject gone = known.remove(name);
          if (gone != null) {
            events.forget(gone.getSpec());
          }
        }
      }
      boolean said = true;
      for (Attachment attachment : all) {
        said &= unlessRefused(attachment, known);
      }
      complaint = said ? "" : complaint;
      return said;
    } catch (KubernetesClientException e) {
      objects = null;
      complain(KubeTrouble.reason(e));
      return false;
    }
  }

  /** One object that is refused does not keep the others. */
  private boolean unlessRefused(Attachment attachment, Map<String, MooringAttachmentObject> known) {
    try {
      return say(attachment, known);
    } catch (KubernetesClientException e) {
      if (e.getCode() <= 0) {
        throw e;
      }
      objects = null;
      if (!KubeTrouble.outrun(e)) {
        complain(KubeTrouble.reason(e));
      }
      return false;
    }
  }

  private Map<String, MooringAttachmentObject> known() {
    if (objects == null) {
      objects = new HashMap<>();
      for (MooringAttachmentObject object :
          client
              .resources(MooringAttachmentObject.class)
              .withLabel(MooringAttachmentObject.NODE_LABEL, AttachmentName.label(node))
              .list()
              .getItems()) {
        objects.put(object.name(), object);
      }
    }
    return objects;
  }

  private boolean say(Attachment attachment, Map<String, MooringAttachmentObject> known) {
    String name = AttachmentName.of(node, attachment.volume());
    MooringAttachmentObject object = known.get(name);
    if (object == null) {
      try {
        if (!publications.publishedTo(attachment.volume(), node)) {
          complain("it speaks of %s, which is not its own".formatted(attachment.volume()));
          return false;
        }
      } catch (Failure e) {
        complain(e.sentence());
        return false;
      }
      object = created(name, attachment);
    }
    AttachmentStatus before = object.getStatus();
    AttachmentStatus now = AttachmentStatus.of(attachment, before, Instant.now());
    if (!now.saysTheSameAs(before)) {
      object = client.resource(object.with(now)).updateStatus();
      events.changed(object.getSpec(), attachment.pods(), before, now);
    }
    known.put(name, object);
    return true;
  }

  /** The object goes with its node, whether or not anybody is there to see that. */
  private MooringAttachmentObject created(String name, Attachment attachment) {
    ObjectMetaBuilder metadata =
        new ObjectMetaBuilder()
            .withName(name)
            .addToLabels(MooringAttachmentObject.NODE_LABEL, AttachmentName.label(node))
            .addToLabels(MooringVolumeObject.SERIAL_LABEL, attachment.volume().serial());
    Node owner = client.nodes().withName(node).get();
    if (owner != null) {
      metadata
          .addNewOwnerReference()
          .withApiVersion("v1")
          .withKind("Node")
          .withName(node)
          .withUid(owner.getMetadata().getUid())
          .endOwnerReference();
    }
    MooringAttachmentObject object = new MooringAttachmentObject();
    object.setMetadata(metadata.build());
    object.setSpec(claims.spec(attachment.volume(), node));
    return client.resource(object).create();
  }

  /** Once for each cause: it is tried again for ever. */
  private void complain(String cause) {
    if (!cause.equals(complaint)) {
      complaint = cause;
      LOG.warn("the paths of node {} are not shown as they are: {}", node, cause);
    }
  }
}
