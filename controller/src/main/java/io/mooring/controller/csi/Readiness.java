package io.mooring.controller.csi;

import io.mooring.controller.target.Targets;
import io.mooring.runtime.rpc.PluginIdentity.State;

/** What the controller answers to Probe. */
public final class Readiness {
  private Readiness() {}

  /** Not ready, rather than unhealthy, without targets: a restart would not bring any. */
  public static State of(Targets targets) {
    return targets.trouble().isEmpty() ? new State.Ready() : new State.Starting();
  }
}
