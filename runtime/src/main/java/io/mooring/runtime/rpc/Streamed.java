package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Answers a call that has one request and any number of responses, no faster than the caller takes
 * them: what it has not taken is held by whoever makes it and not by memory.
 */
public final class Streamed {
  private Streamed() {}

  /** Where the responses go. */
  public interface Outlet<T> {
    /**
     * Waits until the caller is ready for another response, and gives it.
     *
     * @throws Failure UNAVAILABLE when it has gone; DEADLINE_EXCEEDED when it takes nothing
     */
    void send(T response);

    /**
     * To be asked while there is nothing to send.
     *
     * @throws Failure UNAVAILABLE when the caller has gone
     */
    void requireOpen();
  }

  /**
   * Answers with what the work sends. It runs on a thread of its own, since gRPC tells of a caller
   * that is ready, or gone, only after the method has returned. Failures become statuses as with
   * {@link Unary}.
   *
   * @param patience how long a caller may take nothing
   */
  public static <T> void answer(
      StreamObserver<T> observer, Duration patience, Consumer<Outlet<T>> work) {
    if (!(observer instanceof ServerCallStreamObserver<T> call)) {
      throw new IllegalArgumentException("not a call's own observer: " + observer);
    }
    Outlet<T> outlet = new CallOutlet<>(call, patience);
    Thread.ofPlatform()
        .name("stream")
        .daemon()
        .start(Context.current().wrap(() -> run(call, outlet, work)));
  }

  private static <T> void run(
      ServerCallStreamObserver<T> call, Outlet<T> outlet, Consumer<Outlet<T>> work) {
    try {
      work.accept(outlet);
      call.onCompleted();
    } catch (RuntimeException | Error e) {
      Unary.refuse(call, e);
    }
  }

  /** The responses of one call. */
  private static final class CallOutlet<T> implements Outlet<T> {
    private final ServerCallStreamObserver<T> call;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    CallOutlet(ServerCallStreamObserver<T> call, Duration patience) {
      this.call = requireNonNull(call, "call is null");
      this.patience = requireNonNull(patience, "patience is null");
      call.setOnReadyHandler(this::change);
      call.setOnCancelHandler(this::change);
    }

    private void change() {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void send(T response) {
      awaitReady();
      requireOpen();
      call.onNext(response);
    }

    private void awaitReady() {
      long nanos = patience.toNanos();
      lock.lock();
      try {
        while (!call.isCancelled() && !call.isReady()) {
          if (nanos <= 0) {
            throw Failure.deadlineExceeded(
                "the caller has taken nothing for %d s; go on with another call from where it stopped"
                    .formatted(patience.toSeconds()));
          }
          nanos = changed.awaitNanos(nanos);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.unavailable("the process is stopping; try again when it is back");
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void requireOpen() {
      if (call.isCancelled()) {
        throw Failure.unavailable("the caller has gone");
      }
    }
  }
}
