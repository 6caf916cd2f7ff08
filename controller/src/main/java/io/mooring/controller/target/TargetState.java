package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A storage host as it reports itself now.
 *
 * @param version of its agent
 * @param portals where its iSCSI targets listen
 */
public record TargetState(String version, List<Portal> portals, List<PoolState> pools) {
  public TargetState {
    requireNonNull(version, "version is null");
    portals = List.copyOf(portals);
    pools = List.copyOf(pools);
  }
}
