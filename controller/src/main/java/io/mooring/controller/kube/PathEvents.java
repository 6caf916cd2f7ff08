package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.mooring.controller.kube.AttachmentStatus.FailoverEntry;
import io.mooring.controller.kube.AttachmentStatus.PathEntry;
import io.mooring.controller.path.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One Event on the claim, and on each pod that has the volume, for each change of the number of
 * ready paths. Of pods a node is believed only where they are in the claim's namespace, as every
 * pod that uses a claim is: it can make nobody else's objects speak.
 */
final class PathEvents {
  private final KubeEvents events;

  PathEvents(KubeEvents events) {
    this.events = requireNonNull(events, "events is null");
  }

  /**
   * What has become of an attachment; nothing is said of one that is new.
   *
   * @param pods that have the volume on that node, as the node says
   */
  void changed(
      AttachmentSpec spec,
      List<Pod> pods,
      @Nullable AttachmentStatus before,
      AttachmentStatus now) {
    if (before == null || before.state() == null || before.ready() == now.ready()) {
      return;
    }
    boolean lost = now.ready() < before.ready();
    if (lost && !portals(before, now).stream().allMatch(now::expects)) {
      return; // taken away by an order, which the StorageTarget tells of
    }
    String message = lost ? lost(spec, before, now) : back(spec, before, now);
    for (ObjectReference about : concerned(spec, pods)) {
      events.write(about, lost ? "Warning" : "Normal", lost ? "PathLost" : "PathBack", message);
    }
  }

  private static List<ObjectReference> concerned(AttachmentSpec spec, List<Pod> pods) {
    List<ObjectReference> concerned = new ArrayList<>();
    claim(spec)
        .ifPresent(claim -> {
          concerned.add(claim);
          pods.stream()
              .filter(pod -> pod.namespace().equals(claim.getNamespace()))
              .forEach(pod -> concerned.add(reference(pod)));
        });
    return concerned;
  }

  private static ObjectReference reference(Pod pod) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Pod")
        .withNamespace(pod.namespace())
        .withName(pod.name())
        .withUid(pod.uid())
        .build();
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
    List<String> portals = portals(before, now);
    return "node %s has lost the path over %s%s; %s"
        .formatted(
            spec.node(),
            String.join(", ", portals),
            act(portals, before, now),
            now.ready() == 0 ? "none is left, so I/O waits for one" : left(now));
  }

  /** What the path guard did, where it is its doing. */
  private static String act(List<String> lost, AttachmentStatus before, AttachmentStatus now) {
    FailoverEntry failover = now.lastFailover();
    if (failover == null
        || failover.equals(before.lastFailover())
        || failover.reason().equals(FailoverEntry.KERNEL)
        || !lost.contains(failover.portal())) {
      return "";
    }
    @Nullable Long milliseconds = failover.milliseconds();
    return ", which the path guard gave up%s (%s)"
        .formatted(
            milliseconds == null ? "" : " after %d ms".formatted(milliseconds), failover.reason());
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
