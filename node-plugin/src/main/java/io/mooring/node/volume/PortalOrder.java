package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import java.util.List;

/**
 * Over which portals the volumes of one storage host are reached, as the controller said last; kept
 * as a document.
 *
 * @param target name of the StorageTarget
 * @param revision goes up with every change of its spec
 * @param wanted one path over each, at least one
 * @param maintenance none over these
 */
public record PortalOrder(
    String target, long revision, List<Portal> wanted, List<Portal> maintenance) {
  public PortalOrder {
    requireNonNull(target, "target is null");
    wanted = List.copyOf(wanted);
    maintenance = List.copyOf(maintenance);
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("no portal of " + target + " is wanted");
    }
  }

  /** Whether it speaks of what was published with that; a context of old has no revision. */
  private boolean isAbout(PublishContext context) {
    if (context.portalsRevision() > 0) {
      return context.portalsRevision() <= revision;
    }
    return context.targets().stream()
        .flatMap(entry -> entry.portals().stream())
        .anyMatch(portal -> wanted.contains(portal) || maintenance.contains(portal));
  }

  /**
   * The context with the portals that are wanted now. It stays as it is when it is newer, or names
   * several hosts, of which this is only one.
   */
  PublishContext applied(PublishContext context) {
    if (!isAbout(context) || context.targets().size() != 1) {
      return context;
    }
    TargetEntry entry = context.targets().getFirst();
    return context.over(
        List.of(new TargetEntry(entry.iqn(), entry.tpgt(), entry.lun(), wanted)), revision);
  }
}
