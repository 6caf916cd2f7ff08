package io.mooring.node.fake;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.iscsi.TargetPortal;

/** A session in the fake kernel. */
final class FakeSession {
  final int id;
  final int host;
  final TargetPortal target;
  final String iface;
  final String initiatorName;
  SessionState state = SessionState.LOGGED_IN;
  int recoverySeconds = 5;

  /** Whether its target does nothing for it any more. */
  boolean endedAtTarget;

  final FakeWire wire;

  FakeSession(int id, int host, TargetPortal target, String iface, String initiatorName) {
    this.id = id;
    this.host = host;
    this.target = target;
    this.iface = iface;
    this.initiatorName = initiatorName;
    this.wire = new FakeWire(id, host, target.portal());
  }

  Session shown() {
    return new Session(id, host, target.iqn(), target.portal(), iface, initiatorName, state);
  }
}
