package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.NodeClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import java.util.Map;

/** Volumes of an encrypted class, and the Secrets that come with their calls. */
final class Encrypted {
  static final Map<String, String> OLD = Map.of("passphrase", "an old passphrase");
  static final Map<String, String> NEW = Map.of("passphrase", "a new passphrase");
  static final Map<String, String> REPLACED =
      Map.of("passphrase", "a new passphrase", "previousPassphrase", "an old passphrase");

  /** A Secret in which the passphrase of another is replaced. */
  static Map<String, String> replacing(Map<String, String> old, Map<String, String> fresh) {
    return Map.of(
        "passphrase", fresh.getOrDefault("passphrase", ""),
        "previousPassphrase", old.getOrDefault("passphrase", ""));
  }

  private final Mooring mooring;
  private final NodeHost node;

  Encrypted(Mooring mooring, NodeHost node) {
    this.mooring = requireNonNull(mooring, "mooring is null");
    this.node = requireNonNull(node, "node is null");
  }

  /** The request for such a volume. */
  static CreateVolumeRequest.Builder request(VolumeSpec spec) {
    return ControllerClient.createRequest(spec).toBuilder().putParameters("encryption", "luks2");
  }

  Volume create(CreateVolumeRequest.Builder request) {
    return mooring.controller().stub().createVolume(request.build()).getVolume();
  }

  Attachment attach(Volume volume, VolumeKind kind, Map<String, String> secrets) {
    Attachment attachment = mooring.publish(volume, kind, node);
    stage(attachment, secrets);
    node.client().publish(attachment);
    return attachment;
  }

  void stage(Attachment attachment, Map<String, String> secrets) {
    var _ =
        node.client()
            .stub()
            .nodeStageVolume(
                NodeClient.stageRequest(attachment).toBuilder().putAllSecrets(secrets).build());
  }

  /** As the kubelet does with a class that names a Secret for it. */
  void publish(Attachment attachment, Map<String, String> secrets) {
    var _ =
        node.client()
            .stub()
            .nodePublishVolume(
                NodeClient.publishRequest(attachment).toBuilder().putAllSecrets(secrets).build());
  }

  void expand(Attachment attachment, long bytes, Map<String, String> secrets) {
    var _ =
        node.client()
            .stub()
            .nodeExpandVolume(
                NodeClient.expandRequest(attachment, bytes).toBuilder()
                    .putAllSecrets(secrets)
                    .build());
  }
}
