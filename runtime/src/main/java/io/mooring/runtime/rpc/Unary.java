package io.mooring.runtime.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a call that has one request and one response. */
public final class Unary {
  private static final Logger LOG = LoggerFactory.getLogger(Unary.class);

  private Unary() {}

  /**
   * Answers with what the work returns. A {@link Failure} becomes the status of its kind with its
   * sentence; anything else that is thrown becomes INTERNAL with an incident number, under which
   * the stack is in the log.
   */
  public static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    T value;
    try {
      value = work.get();
    } catch (RuntimeException | Error e) {
      refuse(observer, e);
      return;
    }
    try {
      observer.onNext(value);
      observer.onCompleted();
    } catch (StatusRuntimeException e) {
      LOG.debug("the caller has gone: {}", e.getStatus());
    }
  }

  /** A sentence that says "see the log" must find its cause there. */
  private static void logCause(Failure failure) {
    if (failure.kind() == Kind.INTERNAL && failure.getCause() != null) {
      LOG.error("{}", failure.sentence(), failure.getCause());
    } else if (failure.getCause() != null) {
      LOG.debug("cause of: {}", failure.sentence(), failure.getCause());
    }
  }

  /** Ends the call with the status of what was thrown. */
  static void refuse(StreamObserver<?> observer, Throwable thrown) {
    try {
      observer.onError(status(thrown).asRuntimeException());
    } catch (StatusRuntimeException e) {
      LOG.debug("the caller has gone: {}", e.getStatus());
    }
  }

  private static Status status(Throwable thrown) {
    if (thrown instanceof Failure failure) {
      logCause(failure);
      return Statuses.toStatus(failure);
    }
    return Incident.status(thrown);
  }
}
