package io.mooring.controller.target.rpc;

import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.function.Supplier;

/** Calls that agents of older versions do not have. */
final class OldAgent {
  private OldAgent() {}

  /**
   * What the call returns.
   *
   * @param what is done with it, for the message
   * @throws Failure FAILED_PRECONDITION where the agent does not know the call
   */
  static <T> T orUpdate(StorageTarget target, String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (Failure e) {
      if (e.kind() == Kind.UNIMPLEMENTED) {
        throw new Failure(
            Kind.FAILED_PRECONDITION,
            "storage target %s knows nothing of %s; update its agent"
                .formatted(target.name(), what),
            e);
      }
      throw e;
    }
  }
}
