package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.mooring.controller.kube.AttachmentStatus.PathEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One Event on the claim for each change of the number of ready paths. */
final class PathEvents {
  private final KubeEvents events;

  PathEvents(KubeEvents events) {
    this.events = requireNonNull(events, "events is null");
  }

  /** What has become of an attachment; nothing is said of one that is new. */
  void changed(AttachmentSpec spec, @Nullable AttachmentStatus before, AttachmentStatus now) {
    if (before == null || before.state() == null || before.ready() == now.ready()) {
      return;
    }
    boolean lost = now.ready() < before.ready();
    if (lost && !portals(before, now).stream().allMatch(now::expects)) {
      return; // taken away by an order, which the StorageTarget tells of
    }
    String message = lost ? lost(spec, before, now) : back(spec, before, now);
    claim(spec)
        .ifPresent(claim ->
            events.write(
                claim, lost ? "Warning" : "Normal", lost ? "PathLost" : "PathBack", message));
  }

  private static Optional<ObjectReference> claim(AttachmentSpec spec) {
    String claim = spec.claim();
    if (claim == null) {
      return Optional.empty();
    }
    int slash = claim.indexOf('/');
    return Optional.of(
        new ObjectReferenceBuilder()
            .withApiVersion("v1")
            .withKind("PersistentVolumeClaim")
            .withNamespace(claim.substring(0, slash))
            .withName(claim.substring(slash + 1))
            .withUid(spec.claimUid())
            .build());
  }

  private static String lost(AttachmentSpec spec, AttachmentStatus before, AttachmentStatus now) {
    return "node %s has lost the path over %s; %s"
        .formatted(
            spec.node(),
            String.join(", ", portals(before, now)),
            now.ready() == 0 ? "none is left, so I/O waits for one" : left(now));
  }

  private static String back(AttachmentSpec spec, AttachmentStatus before, AttachmentStatus now) {
    return "node %s has the path over %s back; %s"
        .formatted(spec.node(), String.join(", ", portals(now, before)), left(now));
  }

  private static String left(AttachmentStatus now) {
    return "%d of %d paths are ready".formatted(now.ready(), now.expected());
  }

  /** Those that are ready in one and not in the other. */
  private static List<String> portals(AttachmentStatus one, AttachmentStatus other) {
    Set<String> ready = new HashSet<>(ready(other));
    return ready(one).stream().filter(portal -> !ready.contains(portal)).toList();
  }

  private static List<String> ready(AttachmentStatus status) {
    return status.paths().stream().filter(PathEntry::isReady).map(PathEntry::portal).toList();
  }
}
