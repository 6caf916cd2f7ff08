package io.mooring.runtime.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;

/** Failures as gRPC statuses and back. */
public final class Statuses {
  /** Trailers travel in HTTP/2 headers, which peers limit to 8 KiB. */
  private static final int MAX_DESCRIPTION = 2_000;

  private Statuses() {}

  /** The status with the failure's sentence; the cause stays here. */
  public static Status toStatus(Failure failure) {
    String sentence = failure.sentence();
    return code(failure.kind())
        .toStatus()
        .withDescription(
            sentence.length() <= MAX_DESCRIPTION
                ? sentence
                : sentence.substring(0, MAX_DESCRIPTION) + "...");
  }

  /**
   * What a peer answered, or why it did not, as a failure.
   *
   * @param peer begins the sentence: who was called, such as "storage target alpha"
   */
  public static Failure toFailure(StatusRuntimeException e, String peer) {
    Status status = e.getStatus();
    String said = status.getDescription();
    String text =
        switch (status.getCode()) {
          case UNAVAILABLE -> ConnectionTrouble.describe(status);
          case DEADLINE_EXCEEDED ->
              said == null || said.contains("deadline exceeded after")
                  ? "no answer before the call's deadline; try again"
                  : said;
          case CANCELLED -> "the call was cancelled; try again";
          default -> said == null ? "it answered " + status.getCode() + " without a reason" : said;
        };
    return new Failure(kind(status.getCode()), peer + ": " + text, e);
  }

  static Status.Code code(Kind kind) {
    return switch (kind) {
      case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
      case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
      case ABORTED -> Status.Code.ABORTED;
      case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
      case UNIMPLEMENTED -> Status.Code.UNIMPLEMENTED;
      case INTERNAL -> Status.Code.INTERNAL;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
    };
  }

  static Kind kind(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Kind.INVALID_ARGUMENT;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case ALREADY_EXISTS -> Kind.ALREADY_EXISTS;
      case RESOURCE_EXHAUSTED -> Kind.RESOURCE_EXHAUSTED;
      case FAILED_PRECONDITION -> Kind.FAILED_PRECONDITION;
      case ABORTED -> Kind.ABORTED;
      case OUT_OF_RANGE -> Kind.OUT_OF_RANGE;
      case UNIMPLEMENTED -> Kind.UNIMPLEMENTED;
      case UNAVAILABLE, CANCELLED -> Kind.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
      case PERMISSION_DENIED, UNAUTHENTICATED -> Kind.PERMISSION_DENIED;
      // OK is no failure: whoever throws it as one is at fault.
      case INTERNAL, UNKNOWN, DATA_LOSS, OK -> Kind.INTERNAL;
    };
  }
}
