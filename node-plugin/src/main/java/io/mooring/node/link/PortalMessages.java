package io.mooring.node.link;

import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.TargetPortals;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.volume.PortalOrder;
import io.mooring.node.volume.PortalOrders;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the controller says of portals, put on record. */
public final class PortalMessages {
  private static final Logger LOG = LoggerFactory.getLogger(PortalMessages.class);

  private PortalMessages() {}

  /** Takes over what the message says of portals; answers whether any of it was news. */
  public static boolean take(ControllerMessage message, PortalOrders orders) {
    boolean news = false;
    for (TargetPortals told : message.getPortals().getTargetsList()) {
      try {
        news |= take(told, orders);
      } catch (IllegalArgumentException | Failure e) {
        // Of one storage host; the others are not kept.
        LOG.error("what the controller says of the portals of {} is left", told.getTarget(), e);
      }
    }
    return news;
  }

  private static boolean take(TargetPortals told, PortalOrders orders) {
    PortalOrder order =
        new PortalOrder(
            told.getTarget(),
            told.getRevision(),
            portals(told.getWantedList()),
            portals(told.getMaintenanceList()));
    boolean news = orders.take(order);
    if (news) {
      LOG.info("the controller says: {}", order);
    }
    return news;
  }

  private static List<Portal> portals(List<String> texts) {
    return texts.stream().map(Portal::parse).distinct().toList();
  }
}
