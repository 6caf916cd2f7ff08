package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

/**
 * Where a node finds a volume.
 *
 * @param iqn the node's target on this host
 * @param initiator the node's own name
 * @param lun 1..255
 */
public record LunAddress(String iqn, String initiator, int lun) {
  public LunAddress {
    requireNonNull(iqn, "iqn is null");
    requireNonNull(initiator, "initiator is null");
  }
}
