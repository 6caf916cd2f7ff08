package io.mooring.controller.target.rpc;

import io.grpc.StatusRuntimeException;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.rpc.Statuses;

/**
 * Says whose trouble it is. What an agent itself says is led by the target's name; what went wrong
 * on the way to it, by its name and endpoint.
 */
final class AgentTrouble {
  private AgentTrouble() {}

  static Failure failure(StorageTarget target, StatusRuntimeException e) {
    String name = "storage target " + target.name();
    // Causes do not travel: where there is one, the connection failed on this side.
    boolean onTheWay = e.getStatus().getCause() != null;
    Failure failure = Statuses.toFailure(e, onTheWay ? name + " at " + target.endpoint() : name);
    if (failure.kind() == Kind.PERMISSION_DENIED) {
      // To a CSI client that code would speak of the secrets in its own request.
      return new Failure(Kind.UNAVAILABLE, failure.sentence(), e);
    }
    return failure;
  }
}
