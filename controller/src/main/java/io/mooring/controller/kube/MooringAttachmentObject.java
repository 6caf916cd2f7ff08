package io.mooring.controller.kube;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** How the paths of a volume are on a node; its schema is in charts/mooring/files/crds. */
@Group(StorageTargetObject.GROUP)
@Version(StorageTargetObject.VERSION)
@Kind("MooringAttachment")
@Plural("mooringattachments")
@Singular("mooringattachment")
@ShortNames("matt")
public final class MooringAttachmentObject
    extends CustomResource<AttachmentSpec, AttachmentStatus> {
  static final String NODE_LABEL = "mooring.io/node";

  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable AttachmentSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable AttachmentStatus initStatus() {
    return null;
  }

  String name() {
    return getMetadata().getName();
  }

  /** A copy for writing, of the version that was read. */
  MooringAttachmentObject with(AttachmentStatus status) {
    MooringAttachmentObject copy = new MooringAttachmentObject();
    copy.setMetadata(getMetadata());
    copy.setSpec(getSpec());
    copy.setStatus(status);
    return copy;
  }
}
