package io.mooring.controller.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a client is told when a call fails. */
public final class Refusals {
  private Refusals() {}

  /** The call fails with that code and a sentence that has these parts. */
  public static void refused(Status.Code code, ThrowingCallable call, String... parts) {
    StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(e).as("a refusal").isNotNull();
    assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.getStatus().getDescription()).isNotNull();
    for (String part : parts) {
      assertThat(e.getStatus().getDescription()).contains(part);
    }
  }
}
