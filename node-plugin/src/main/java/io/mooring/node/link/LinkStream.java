package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mooring.link.v1.ControllerMessage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the controller says on one stream, until it ends. */
final class LinkStream implements StreamObserver<ControllerMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(LinkStream.class);

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
    try {
      orders.obey(message);
    } catch (RuntimeException e) {
      // The next message may be one that can be obeyed.
      LOG.error("what the controller says could not be obeyed", e);
    }
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
