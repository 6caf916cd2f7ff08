package io.mooring.controller.node;

import io.mooring.runtime.failure.Failure;

/** By which token which node speaks. */
public interface NodeTokens {
  /**
   * The name of the one node that the token speaks for. Waits for whoever knows.
   *
   * @throws Failure PERMISSION_DENIED when it speaks for none; UNAVAILABLE when that cannot be
   *     found out now
   */
  String nodeOf(String token);
}
