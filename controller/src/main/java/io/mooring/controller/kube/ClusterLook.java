package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.audit.ClusterBeliefs;
import io.mooring.controller.audit.ClusterBeliefs.Attached;
import io.mooring.controller.audit.ClusterBeliefs.Recorded;
import io.mooring.runtime.rpc.PluginIdentity;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what Kubernetes believes of volumes, page by page. */
final class ClusterLook {
  private final KubernetesClient client;

  ClusterLook(KubernetesClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  /**
   * As it is now.
   *
   * @throws KubernetesClientException when anything but snapshots cannot be read to the end
   */
  ClusterBeliefs now() {
    Map<String, String> handles = new HashMap<>();
    Pages.each(
        client.persistentVolumes(),
        pv -> ofOurs(pv).ifPresent(handle -> handles.put(pv.getMetadata().getName(), handle)));
    List<Attached> attached = new ArrayList<>();
    Pages.each(
        client.resources(VolumeAttachmentObject.class),
        object -> attached(object, handles).ifPresent(attached::add));
    List<Recorded> records = new ArrayList<>();
    Pages.each(
        client.resources(MooringVolumeObject.class),
        object ->
            records.add(
                new Recorded(
                    object.name(),
                    object.getSpec().csiName(),
                    object.getSpec().target(),
                    object.serial())));
    return new ClusterBeliefs(Set.copyOf(handles.values()), records, attached, snapshots());
  }

  private static Optional<String> ofOurs(PersistentVolume pv) {
    return Optional.ofNullable(pv.getSpec().getCsi())
        .filter(csi -> PluginIdentity.DRIVER.equals(csi.getDriver()))
        .map(csi -> csi.getVolumeHandle());
  }

  private static Optional<Attached> attached(
      VolumeAttachmentObject object, Map<String, String> handles) {
    VolumeAttachmentObject.Wish wish = object.getSpec();
    return Optional.ofNullable(handle(wish.source(), handles))
        .filter(_ -> PluginIdentity.DRIVER.equals(wish.attacher()))
        .map(handle -> new Attached(handle, wish.nodeName(), object.isDone()));
  }

  private static @Nullable String handle(
      VolumeAttachmentObject.Source source, Map<String, String> handles) {
    if (source.persistentVolumeName() != null) {
      return handles.get(source.persistentVolumeName());
    }
    VolumeAttachmentObject.InlineVolume inline = source.inlineVolumeSpec();
    return inline == null || inline.csi() == null ? null : inline.csi().volumeHandle();
  }

  /**
   * Empty without the kind, or without the right to read it: both go with snapshots in the chart.
   */
  private Optional<Set<String>> snapshots() {
    Set<String> handles = new HashSet<>();
    try {
      Pages.each(
          client.resources(SnapshotContentObject.class),
          object -> {
            if (PluginIdentity.DRIVER.equals(object.getSpec().driver())) {
              object.handles().forEach(handles::add);
            }
          });
      return Optional.of(handles);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
