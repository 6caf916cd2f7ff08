package io.mooring.node.iscsi;

import io.mooring.runtime.time.Deadline;

/** Finds out whether a portal answers at all, before iscsid is set on it. */
@FunctionalInterface
interface PortalProbe {
  /** Whether a TCP connection comes about by the deadline. */
  boolean answers(Portal portal, Deadline deadline);
}
