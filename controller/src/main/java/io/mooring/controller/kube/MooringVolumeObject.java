package io.mooring.controller.kube;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The record of a volume's place; its schema is in charts/mooring/files/crds. */
@Group(StorageTargetObject.GROUP)
@Version(StorageTargetObject.VERSION)
@Kind("MooringVolume")
@Plural("mooringvolumes")
@Singular("mooringvolume")
@ShortNames("mvol")
public final class MooringVolumeObject extends CustomResource<VolumeSpec, VolumeStatus> {
  static final String SERIAL_LABEL = "mooring.io/serial";

  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable VolumeSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable VolumeStatus initStatus() {
    return null;
  }

  String name() {
    return getMetadata().getName();
  }

  String version() {
    return getMetadata().getResourceVersion();
  }

  /** The serial of the volume, once its record was completed. */
  Optional<String> serial() {
    VolumeStatus status = getStatus();
    return status == null ? Optional.empty() : Optional.ofNullable(status.serial());
  }

  /** The serial under which the record is looked for. */
  Optional<String> labelledSerial() {
    Map<String, String> labels = getMetadata().getLabels();
    return labels == null ? Optional.empty() : Optional.ofNullable(labels.get(SERIAL_LABEL));
  }
}
