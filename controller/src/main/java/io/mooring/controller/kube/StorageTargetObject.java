package io.mooring.controller.kube;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A storage host of this cluster; its schema is in charts/mooring/files/crds. */
@Group(StorageTargetObject.GROUP)
@Version(StorageTargetObject.VERSION)
@Kind("StorageTarget")
@Plural("storagetargets")
@Singular("storagetarget")
@ShortNames("stgt")
public final class StorageTargetObject extends CustomResource<TargetSpec, TargetStatus> {
  static final String GROUP = "mooring.io";
  static final String VERSION = "v1alpha1";

  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable TargetSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable TargetStatus initStatus() {
    return null;
  }

  String name() {
    return getMetadata().getName();
  }

  TargetStatus statusOrNone() {
    TargetStatus status = getStatus();
    return status == null ? TargetStatus.NONE : status;
  }
}
