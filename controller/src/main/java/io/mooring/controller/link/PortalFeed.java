package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Portals;
import io.mooring.link.v1.TargetPortals;
import java.util.Collection;
import java.util.List;

/**
 * Tells linked nodes over which portals storage hosts are to be reached: all of it when a node
 * links, and again after each change. Also nodes that have nothing there yet: what they get next
 * may have been published before.
 */
public final class PortalFeed implements LinkListener {
  private final Links links;
  private ControllerMessage latest = message(List.of()); // under the lock

  private PortalFeed(Links links) {
    this.links = requireNonNull(links, "links is null");
  }

  /** Feeds the nodes of those links. */
  public static PortalFeed over(Links links) {
    PortalFeed feed = new PortalFeed(links);
    links.listener(feed);
    return feed;
  }

  /** The plans of all storage hosts are these. */
  public synchronized void plans(Collection<PortalPlan> plans) {
    ControllerMessage fresh = message(plans);
    if (!fresh.equals(latest)) {
      latest = fresh;
      links.all().forEach(node -> node.tell(fresh));
    }
  }

  @Override
  public synchronized void joined(LinkedNode node) {
    if (latest.getPortals().getTargetsCount() > 0) {
      node.tell(latest);
    }
  }

  private static ControllerMessage message(Collection<PortalPlan> plans) {
    Portals.Builder portals = Portals.newBuilder();
    plans.stream()
        .filter(plan -> !plan.wanted().isEmpty())
        .forEach(plan -> portals.addTargets(message(plan)));
    return ControllerMessage.newBuilder().setPortals(portals).build();
  }

  private static TargetPortals message(PortalPlan plan) {
    return TargetPortals.newBuilder()
        .setTarget(plan.target())
        .setRevision(plan.revision())
        .addAllWanted(plan.wanted().stream().map(Portal::hostPort).toList())
        .addAllMaintenance(plan.maintenance().stream().map(Portal::hostPort).toList())
        .build();
  }
}
