package io.mooring.controller.kube;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import io.mooring.controller.audit.Orphan;
import io.mooring.controller.volume.NodeId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A finding of the audit; its schema is in charts/mooring/files/crds. */
@Group(StorageTargetObject.GROUP)
@Version(StorageTargetObject.VERSION)
@Kind("MooringOrphan")
@Plural("mooringorphans")
@Singular("mooringorphan")
@ShortNames("morph")
public final class MooringOrphanObject extends CustomResource<OrphanSpec, OrphanStatus> {
  /** With the value {@code true}, an administrator gives the thing up. */
  static final String CONSENT = "mooring.io/remove";

  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable OrphanSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable OrphanStatus initStatus() {
    return null;
  }

  String name() {
    return getMetadata().getName();
  }

  boolean consented() {
    Map<String, String> annotations = getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(CONSENT));
  }

  /** When it was first seen; empty while its status is not written. */
  Optional<Instant> since() {
    try {
      return Optional.ofNullable(getStatus()).map(OrphanStatus::since).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The finding without its words; empty for a kind that only another version knows. */
  Optional<Orphan> orphan() {
    OrphanSpec spec = getSpec();
    return Arrays.stream(Orphan.Kind.values())
        .filter(kind -> kind.word().equals(spec.kind()))
        .findFirst()
        .map(kind ->
            new Orphan(
                kind,
                spec.object(),
                spec.target(),
                Optional.ofNullable(spec.node())
                    .map(node -> new NodeId(node, spec.nodeUuid() == null ? "" : spec.nodeUuid())),
                ""));
  }

  /** A copy for writing, of the version that was read. */
  MooringOrphanObject with(OrphanStatus status) {
    MooringOrphanObject copy = new MooringOrphanObject();
    copy.setMetadata(getMetadata());
    copy.setSpec(getSpec());
    copy.setStatus(status);
    return copy;
  }
}
