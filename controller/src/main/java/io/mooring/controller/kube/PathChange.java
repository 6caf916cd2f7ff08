package io.mooring.controller.kube;

import io.mooring.controller.kube.AttachmentStatus.FailoverEntry;
import io.mooring.controller.kube.AttachmentStatus.PathEntry;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of an attachment's paths is news between two reports. What was ordered is none: a portal
 * that is not to be used any more, and the first path over one that is to be used from now on.
 *
 * @param lost portals over which there should be a path, and is none any more
 * @param back portals over which a path that was missed is there again
 * @param awaited portals over which there never was a path since they are to be used
 * @param unseen a path that was lost and had come back before anybody reported it
 */
record PathChange(
    List<String> lost, List<String> back, Set<String> awaited, Optional<FailoverEntry> unseen) {
  PathChange {
    lost = List.copyOf(lost);
    back = List.copyOf(back);
    awaited = Set.copyOf(awaited);
  }

  /**
   * Compares.
   *
   * @param awaited what was awaited after the change before
   */
  static PathChange between(
      AttachmentStatus before, AttachmentStatus now, Collection<String> awaited) {
    List<String> readyBefore = ready(before);
    List<String> readyNow = ready(now);
    Set<String> awaiting = new LinkedHashSet<>(awaited);
    now.paths().stream()
        .map(PathEntry::portal)
        .filter(portal -> now.expects(portal) && !before.expects(portal))
        .forEach(awaiting::add);
    List<String> lost =
        readyBefore.stream()
            .filter(portal -> !readyNow.contains(portal) && now.expects(portal))
            .toList();
    List<String> back =
        readyNow.stream()
            .filter(portal -> !readyBefore.contains(portal) && !awaiting.contains(portal))
            .toList();
    awaiting.removeIf(portal -> readyNow.contains(portal) || !now.expects(portal));
    Optional<FailoverEntry> unseen =
        Optional.ofNullable(now.lastFailover())
            .filter(failover -> !failover.equals(before.lastFailover()))
            .filter(failover -> readyBefore.contains(failover.portal()))
            .filter(failover -> readyNow.contains(failover.portal()));
    return new PathChange(lost, back, awaiting, unseen);
  }

  private static List<String> ready(AttachmentStatus status) {
    return status.paths().stream().filter(PathEntry::isReady).map(PathEntry::portal).toList();
  }
}
