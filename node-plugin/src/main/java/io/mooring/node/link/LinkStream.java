package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mooring.link.v1.ControllerMessage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the controller says on one stream, until it ends. */
final class LinkStream implements StreamObserver<ControllerMessage> {
  private final Orders orders;
  private final Runnable wake;
  private final AtomicReference<@Nullable Status> end = new AtomicReference<>();

  /**
   * @param wake called when the stream has ended
   */
  LinkStream(Orders orders, Runnable wake) {
    this.orders = requireNonNull(orders, "orders is null");
    this.wake = requireNonNull(wake, "wake is null");
  }

  /** How the stream ended; empty while it lasts. */
  Optional<Status> end() {
    return Optional.ofNullable(end.get());
  }

  @Override
  public void onNext(ControllerMessage message) {
    orders.obey(message);
  }

  @Override
  public void onError(Throwable thrown) {
    end.set(Status.fromThrowable(thrown));
    wake.run();
  }

  @Override
  public void onCompleted() {
    end.set(Status.OK);
    wake.run();
  }
}
