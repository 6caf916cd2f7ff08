package io.mooring.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on failures. */
final class Refusals {
  private Refusals() {}

  /** The call fails in that way, with a sentence that contains these words. */
  static void assertRefused(Kind kind, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.kind()).as(failure.sentence()).isEqualTo(kind);
              for (String word : words) {
                assertThat(failure.sentence()).contains(word);
              }
            });
  }
}
