package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call must say. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(Kind kind, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(word)
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(kind);
  }
}
