package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a node reaches a volume on one storage host.
 *
 * @param iqn the target's name, one per node and host
 * @param tpgt target portal group tag
 * @param lun 1..255
 * @param portals where to log in, at least one
 */
public record LunPath(String iqn, int tpgt, int lun, List<Portal> portals) {
  public LunPath {
    requireNonNull(iqn, "iqn is null");
    portals = List.copyOf(portals);
  }
}
