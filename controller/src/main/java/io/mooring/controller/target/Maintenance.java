package io.mooring.controller.target;

import java.util.List;

/**
 * What of a storage host nobody shall use for now.
 *
 * @param portals one by one
 * @param networks every portal in one of these
 */
public record Maintenance(List<Portal> portals, List<PathNetwork> networks) {
  /** Everything may be used. */
  public static final Maintenance NONE = new Maintenance(List.of(), List.of());

  public Maintenance {
    portals = List.copyOf(portals);
    networks = List.copyOf(networks);
  }

  boolean covers(Portal portal) {
    return portals.stream().anyMatch(portal::sameAs)
        || networks.stream().anyMatch(network -> network.contains(portal));
  }
}
