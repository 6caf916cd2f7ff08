package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

/**
 * One portal of one target: what a node record of open-iscsi stands for.
 *
 * @param iqn the target's name
 * @param tpgt the number of the target portal group, from 1
 */
public record TargetPortal(String iqn, int tpgt, Portal portal) {
  public TargetPortal {
    requireNonNull(iqn, "iqn is null");
    requireNonNull(portal, "portal is null");
  }

  /** Whether that session goes this way: exact names, normalised addresses. */
  public boolean isServedBy(Session session) {
    return session.iqn().equals(iqn) && session.persistentPortal().equals(portal);
  }

  @Override
  public String toString() {
    return iqn + " at " + portal;
  }
}
