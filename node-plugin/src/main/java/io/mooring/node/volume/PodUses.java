package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.store.Documents;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pods have which volumes, by their names, which the mount table does not know: one durable
 * document each, so that a process that starts knows them, too. What was left by an earlier boot is
 * gone with its mounts.
 */
public final class PodUses {
  private final Documents<Use> documents;
  private final String bootId;
  private final Map<String, Use> known = new ConcurrentHashMap<>();

  /** One pod's use of one volume, as it is on the disk. */
  public record Use(String volumeId, String bootId, Pod pod) {
    public Use {
      requireNonNull(volumeId, "volumeId is null");
      requireNonNull(bootId, "bootId is null");
      requireNonNull(pod, "pod is null");
    }
  }

  /**
   * Reads what is on the disk, and forgets earlier boots.
   *
   * @param bootId of the kernel that runs now
   */
  public PodUses(Documents<Use> documents, String bootId) {
    this.documents = requireNonNull(documents, "documents is null");
    this.bootId = requireNonNull(bootId, "bootId is null");
    documents
        .all()
        .forEach((id, use) -> {
          if (use.bootId().equals(bootId)) {
            known.put(id, use);
          } else {
            documents.remove(id);
          }
        });
  }

  /** The pods that have the volume, in the order of their names. */
  public List<Pod> of(VolumeId volume) {
    return known.values().stream()
        .filter(use -> use.volumeId().equals(volume.toString()))
        .map(Use::pod)
        .sorted(
            Comparator.comparing(Pod::namespace).thenComparing(Pod::name).thenComparing(Pod::uid))
        .toList();
  }

  /** Whether it was news; durable when it returns. */
  boolean add(VolumeId volume, Pod pod) {
    Use use = new Use(volume.toString(), bootId, pod);
    String id = id(volume, pod.uid());
    if (use.equals(known.get(id))) {
      return false;
    }
    documents.put(id, use);
    known.put(id, use);
    return true;
  }

  /** Whether it was known; durable when it returns. */
  boolean remove(VolumeId volume, String podUid) {
    String id = id(volume, podUid);
    if (!known.containsKey(id)) {
      return false;
    }
    documents.remove(id);
    known.remove(id);
    return true;
  }

  void removeAll(VolumeId volume) {
    of(volume).forEach(pod -> remove(volume, pod.uid()));
  }

  private static String id(VolumeId volume, String podUid) {
    return volume + "/" + podUid;
  }
}
