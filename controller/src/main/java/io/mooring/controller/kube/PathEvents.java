package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.mooring.controller.kube.AttachmentStatus.FailoverEntry;
import io.mooring.controller.path.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Events on the claim, and on each pod that has the volume: at most one of the paths that a report
 * shows as lost, one of those that are back, and one of a path that was lost and back before it was
 * reported. Of pods a node is believed only where they are in the claim's namespace, as every pod
 * that uses a claim is: it can make nobody else's objects speak.
 */
final class PathEvents {
  private final KubeEvents events;

  /**
   * By attachment, the portals that are to be used and never had a path yet. Another replica, or
   * the next process, does not know of them, and says of such a path that it is back.
   */
  private final Map<String, Set<String>> awaited = new ConcurrentHashMap<>();

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
    String attachment = key(spec);
    if (before == null || before.state() == null) {
      awaited.remove(attachment);
      return;
    }
    PathChange change = PathChange.between(before, now, awaited.getOrDefault(attachment, Set.of()));
    if (change.awaited().isEmpty()) {
      awaited.remove(attachment);
    } else {
      awaited.put(attachment, change.awaited());
    }
    List<ObjectReference> concerned = concerned(spec, pods);
    if (!change.lost().isEmpty()) {
      write(concerned, "Warning", "PathLost", lost(spec, change.lost(), before, now));
    }
    if (!change.back().isEmpty()) {
      write(concerned, "Normal", "PathBack", back(spec, change.back(), now));
    }
    change
        .unseen()
        .ifPresent(
            failover -> write(concerned, "Warning", "PathFailover", unseen(spec, failover, now)));
  }

  /** The attachment is gone. */
  void forget(AttachmentSpec spec) {
    awaited.remove(key(spec));
  }

  private static String key(AttachmentSpec spec) {
    return spec.node() + "/" + spec.volumeId();
  }

  private void write(List<ObjectReference> concerned, String type, String reason, String message) {
    concerned.forEach(about -> events.write(about, type, reason, message));
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

  private static String lost(
      AttachmentSpec spec, List<String> portals, AttachmentStatus before, AttachmentStatus now) {
    return "node %s has lost the path over %s%s; %s"
        .formatted(
            spec.node(),
            String.join(", ", portals),
            act(portals, before, now),
            AttachmentStatus.DOWN.equals(now.state())
                ? "none is left, so I/O waits for one"
                : left(now));
  }

  /** What the path guard did, where it is its doing. */
  private static String act(List<String> lost, AttachmentStatus before, AttachmentStatus now) {
    FailoverEntry failover = now.lastFailover();
    if (failover == null
        || failover.equals(before.lastFailover())
        || !lost.contains(failover.portal())) {
      return "";
    }
    return act(failover);
  }

  private static String act(FailoverEntry failover) {
    if (failover.reason().equals(FailoverEntry.KERNEL)) {
      return "";
    }
    @Nullable Long milliseconds = failover.milliseconds();
    return ", which the path guard gave up%s (%s)"
        .formatted(
            milliseconds == null ? "" : " after %d ms".formatted(milliseconds), failover.reason());
  }

  private static String back(AttachmentSpec spec, List<String> portals, AttachmentStatus now) {
    return "node %s has the path over %s back; %s"
        .formatted(spec.node(), String.join(", ", portals), left(now));
  }

  private static String unseen(AttachmentSpec spec, FailoverEntry failover, AttachmentStatus now) {
    return "node %s had lost the path over %s%s, and has it back; %s"
        .formatted(spec.node(), failover.portal(), act(failover), left(now));
  }

  private static String left(AttachmentStatus now) {
    return "%d of %d paths are ready".formatted(now.ready(), now.expected());
  }
}
