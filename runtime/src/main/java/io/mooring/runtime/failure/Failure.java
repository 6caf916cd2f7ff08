package io.mooring.runtime.failure;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Something could not be done. The message is one sentence for a person: the object, the cause, the
 * remedy. It reaches kubectl users through CSI, so it holds no secret and no stack.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** A failure caused by another one, which goes to the log and not to the caller. */
  public Failure(Kind kind, String sentence, @Nullable Throwable cause) {
    super(requireNonNull(sentence, "sentence is null"), cause);
    this.kind = requireNonNull(kind, "kind is null");
  }

  /** A failure in its own right. */
  public Failure(Kind kind, String sentence) {
    this(kind, sentence, null);
  }

  /** Decides the gRPC status code. */
  public Kind kind() {
    return kind;
  }

  /** The sentence for the caller. */
  public String sentence() {
    return requireNonNull(getMessage());
  }

  public static Failure invalidArgument(String sentence) {
    return new Failure(Kind.INVALID_ARGUMENT, sentence);
  }

  public static Failure notFound(String sentence) {
    return new Failure(Kind.NOT_FOUND, sentence);
  }

  public static Failure alreadyExists(String sentence) {
    return new Failure(Kind.ALREADY_EXISTS, sentence);
  }

  public static Failure resourceExhausted(String sentence) {
    return new Failure(Kind.RESOURCE_EXHAUSTED, sentence);
  }

  public static Failure failedPrecondition(String sentence) {
    return new Failure(Kind.FAILED_PRECONDITION, sentence);
  }

  public static Failure aborted(String sentence) {
    return new Failure(Kind.ABORTED, sentence);
  }

  public static Failure outOfRange(String sentence) {
    return new Failure(Kind.OUT_OF_RANGE, sentence);
  }

  public static Failure internal(String sentence) {
    return new Failure(Kind.INTERNAL, sentence);
  }

  public static Failure internal(String sentence, Throwable cause) {
    return new Failure(Kind.INTERNAL, sentence, cause);
  }

  public static Failure unavailable(String sentence) {
    return new Failure(Kind.UNAVAILABLE, sentence);
  }

  public static Failure deadlineExceeded(String sentence) {
    return new Failure(Kind.DEADLINE_EXCEEDED, sentence);
  }
}
