package io.mooring.controller.target.rpc;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.Optional;
import java.util.function.Supplier;

/** A proven host's NOT_FOUND is an answer, not a failure: it has no such thing. */
final class Absence {
  private Absence() {}

  /** What the call returns; empty for NOT_FOUND. */
  static <T> Optional<T> unlessMissing(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (Failure e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
