package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * The part of a storage host that this cluster uses.
 *
 * @param pools names of its pools; empty for all
 * @param portals where its nodes log in; empty for all of the host's
 * @param fabrics the storage networks from which it is reached, at least one
 * @param maintenance what of the portals is not to be used for now
 * @param revision goes up with every change; 0 where nobody counts
 */
public record Share(
    Set<String> pools,
    List<Portal> portals,
    List<String> fabrics,
    Maintenance maintenance,
    long revision) {
  /** The fabric of nodes and targets for which none is named. */
  public static final String DEFAULT_FABRIC = "default";

  /** All of a host, reached from the default fabric. */
  public static final Share ALL = new Share(Set.of(), List.of(), List.of(DEFAULT_FABRIC));

  public Share {
    requireNonNull(pools, "pools is null");
    pools = Set.copyOf(pools);
    portals = List.copyOf(portals);
    fabrics = List.copyOf(fabrics);
    if (fabrics.isEmpty()) {
      throw new IllegalArgumentException("no fabric");
    }
    requireNonNull(maintenance, "maintenance is null");
  }

  /** Nothing of it is under maintenance. */
  public Share(Set<String> pools, List<Portal> portals, List<String> fabrics) {
    this(pools, portals, fabrics, Maintenance.NONE, 0);
  }

  /** Whether volumes may be made in that pool. */
  public boolean usesPool(String pool) {
    return pools.isEmpty() || pools.contains(pool);
  }

  /** Whether nodes log in there. */
  public boolean usesPortal(Portal portal) {
    return portals.isEmpty() || portals.stream().anyMatch(portal::sameAs);
  }
}
