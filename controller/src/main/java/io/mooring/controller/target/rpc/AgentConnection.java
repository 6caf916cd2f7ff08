package io.mooring.controller.target.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.mooring.agent.v1.AgentGrpc;
import io.mooring.agent.v1.GetTargetRequest;
import io.mooring.agent.v1.Target;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way to one agent: a bounded number of calls at a time, on a channel whose far end has said
 * that it is the target meant. On the wrong host "delete" and "unpublish" would find nothing and
 * say OK, so nothing is asked before that is known.
 */
final class AgentConnection {
  private static final int CALLS_AT_ONCE = 16;

  /** Streams take minutes, and no other call may wait for that. */
  private static final int STREAMS_AT_ONCE = 4;

  private final StorageTarget target;
  private final Function<StorageTarget, ManagedChannel> open;
  private final Places calls = Places.of(CALLS_AT_ONCE);
  private final Places streams = Places.of(STREAMS_AT_ONCE);
  private @Nullable Line line; // only under the lock
  private boolean closed; // only under the lock

  AgentConnection(StorageTarget target, Function<StorageTarget, ManagedChannel> open) {
    this.target = requireNonNull(target, "target is null");
    this.open = requireNonNull(open, "open is null");
  }

  StorageTarget target() {
    return target;
  }

  /** The host itself; its name has been compared. */
  Target describe(Deadline deadline) {
    return bounded(calls, deadline, () -> prove(line(), deadline));
  }

  /** One call to the proven host. */
  <T> T call(Deadline deadline, Function<AgentGrpc.AgentBlockingStub, T> call) {
    return call(deadline, AgentGrpc::newBlockingStub, call);
  }

  /**
   * One call of any of the host's services.
   *
   * @param service makes its stub
   */
  <S extends AbstractStub<S>, T> T call(
      Deadline deadline, Function<Channel, S> service, Function<S, T> call) {
    return bounded(calls, deadline, () -> invokeProven(deadline, service, call));
  }

  /** A call with many answers, which takes as long as whoever reads them. */
  <S extends AbstractStub<S>> void stream(
      Deadline deadline, Function<Channel, S> service, Consumer<S> call) {
    var _ =
        bounded(
            streams,
            deadline,
            () ->
                invokeProven(
                    deadline,
                    service,
                    stub -> {
                      call.accept(stub);
                      return true;
                    }));
  }

  private <S extends AbstractStub<S>, T> T invokeProven(
      Deadline deadline, Function<Channel, S> service, Function<S, T> call) {
    Line current = line();
    if (!current.proven()) {
      prove(current, deadline);
    }
    return invoke(current, deadline, service, call);
  }

  private interface Work<T> {
    T run();
  }

  /** So many at a time, in the order in which they came. */
  private record Places(Semaphore free, int most) {
    static Places of(int most) {
      return new Places(new Semaphore(most, true), most);
    }
  }

  private <T> T bounded(Places places, Deadline deadline, Work<T> work) {
    acquire(places, deadline);
    try {
      return work.run();
    } finally {
      places.free().release();
    }
  }

  private void acquire(Places places, Deadline deadline) {
    if (!deadline.grants(places.free()::tryAcquire)) {
      throw Failure.unavailable(
          "storage target %s is busy with %d calls of this controller; try again later"
              .formatted(target.name(), places.most()));
    }
  }

  private Target prove(Line current, Deadline deadline) {
    long losses = current.losses();
    Target answered =
        invoke(
            current,
            deadline,
            AgentGrpc::newBlockingStub,
            stub -> stub.getTarget(GetTargetRequest.getDefaultInstance()).getTarget());
    if (!answered.getName().equals(target.name())) {
      throw Failure.failedPrecondition(
          "storage target %s: its endpoint %s answers as \"%s\"; correct the endpoint in the targets file or the StorageTarget, or the agent's target-name"
              .formatted(target.name(), target.endpoint(), answered.getName()));
    }
    current.proven(losses);
    return answered;
  }

  private <S extends AbstractStub<S>, T> T invoke(
      Line current, Deadline deadline, Function<Channel, S> service, Function<S, T> call) {
    try {
      return call.apply(
          service
              .apply(current.channel())
              .withDeadlineAfter(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (StatusRuntimeException e) {
      throw AgentTrouble.failure(target, e);
    } catch (Failure e) {
      // An answer that cannot be: the translation does not know whose it is.
      throw new Failure(e.kind(), "storage target " + target.name() + ": " + e.sentence(), e);
    }
  }

  private synchronized Line line() {
    target
        .trouble()
        .ifPresent(reason -> {
          throw Failure.unavailable("storage target %s: %s".formatted(target.name(), reason));
        });
    if (closed) {
      throw new Failure(
          Kind.UNAVAILABLE,
          "storage target %s has just been taken out or changed; try again"
              .formatted(target.name()));
    }
    if (line != null && line.failed()) {
      line.close();
      line = null;
    }
    if (line == null) {
      line = new Line(open.apply(target));
    }
    return line;
  }

  synchronized void close() {
    closed = true;
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
