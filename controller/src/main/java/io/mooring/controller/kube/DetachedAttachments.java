package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.volume.DetachListener;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away the MooringAttachment of a volume that was taken from its node: a node that is dead
 * does not say so itself. One that cannot be taken away goes when the node links again.
 */
final class DetachedAttachments implements DetachListener {
  private static final Logger LOG = LoggerFactory.getLogger(DetachedAttachments.class);

  private final KubernetesClient client;

  DetachedAttachments(KubernetesClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  @Override
  public void detached(VolumeId volume, NodeId node) {
    var _ =
        Thread.ofVirtual()
            .name("detached " + volume)
            .start(() -> remove(AttachmentName.of(node.name(), volume)));
  }

  private void remove(String name) {
    try {
      client.resources(MooringAttachmentObject.class).withName(name).delete();
    } catch (KubernetesClientException e) {
      LOG.info("MooringAttachment {} stays for now: {}", name, KubeTrouble.reason(e));
    }
  }
}
