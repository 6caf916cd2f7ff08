package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.volume.VolumeId;
import java.util.Optional;

/**
 * Whose a volume is. Its record has the name under which the CSI client made it, and the
 * provisioner calls the PersistentVolume so, too: one object is read, not all of a cluster. An
 * imported volume has a PersistentVolume of another name, and is nobody's here.
 */
final class Claims {
  private final KubernetesClient client;

  Claims(KubernetesClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  /**
   * What is known of the volume's owner.
   *
   * @throws KubernetesClientException when the API server does not answer
   */
  AttachmentSpec spec(VolumeId volume, String node) {
    Optional<PersistentVolume> pv = persistentVolume(volume);
    Optional<ObjectReference> claim =
        pv.map(found -> found.getSpec().getClaimRef()).filter(ref -> ref.getName() != null);
    return new AttachmentSpec(
        volume.toString(),
        node,
        pv.map(found -> found.getMetadata().getName()).orElse(null),
        claim.map(ref -> ref.getNamespace() + "/" + ref.getName()).orElse(null),
        claim.map(ObjectReference::getUid).orElse(null));
  }

  private Optional<PersistentVolume> persistentVolume(VolumeId volume) {
    return client
        .resources(MooringVolumeObject.class)
        .withLabel(MooringVolumeObject.SERIAL_LABEL, volume.serial())
        .list()
        .getItems()
        .stream()
        .filter(record -> record.getSpec().target().equals(volume.target()))
        .map(record -> RecordName.of(record.getSpec().csiName()))
        .flatMap(
            name -> Optional.ofNullable(client.persistentVolumes().withName(name).get()).stream())
        .filter(pv -> isOf(pv, volume))
        .findFirst();
  }

  private static boolean isOf(PersistentVolume pv, VolumeId volume) {
    return pv.getSpec().getCsi() != null
        && volume.toString().equals(pv.getSpec().getCsi().getVolumeHandle());
  }
}
