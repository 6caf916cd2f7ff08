package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.scsi.Hctl;

/**
 * One way to the volume: a portal of a target, and the LUN number there. One path each.
 *
 * @param chap whether the controller has promised that CHAP is demanded there
 */
public record Route(TargetPortal target, int lun, boolean chap) {
  public Route {
    requireNonNull(target, "target is null");
  }

  public Portal portal() {
    return target.portal();
  }

  public String iqn() {
    return target.iqn();
  }

  /** Whether that session goes this way: exact names, normalised addresses. */
  public boolean isServedBy(Session session) {
    return target().isServedBy(session);
  }

  /** Where the volume's disk appears on that session. */
  public Hctl disk(Session session) {
    return Hctl.of(session.hostNumber(), lun);
  }

  @Override
  public String toString() {
    return "LUN " + lun + " of " + target;
  }
}
