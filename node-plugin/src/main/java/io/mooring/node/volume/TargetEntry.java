package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import java.util.List;

/**
 * One target that serves the volume to this node; a volume may have several on different hosts.
 *
 * @param iqn the target's name
 * @param tpgt the number of its portal group
 * @param lun 1..255: LUN 0 answers even where nothing is mapped, and 256 changes the addressing
 * @param portals where it listens, at least one
 */
public record TargetEntry(String iqn, int tpgt, int lun, List<Portal> portals) {
  public TargetEntry {
    requireNonNull(iqn, "iqn is null");
    portals = List.copyOf(portals);
  }
}
