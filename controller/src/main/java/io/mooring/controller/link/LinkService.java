package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.stub.StreamObserver;
import io.mooring.controller.node.NodeTokens;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.NodeLinkGrpc;
import io.mooring.link.v1.NodeMessage;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.Statuses;
import java.util.function.BooleanSupplier;

/**
 * {@code mooring.link.v1.NodeLink}: streams of node plugins that have a token of their node. They
 * are taken by the replica that leads alone, so that one replica knows what all nodes hold.
 */
public final class LinkService {
  static final String FOLLOWER = "another replica of the controller leads; try again";

  private LinkService() {}

  /**
   * The service, which asks each caller for a token.
   *
   * @param tokens says whose a token is
   * @param links learns of each node that links
   * @param leads whether this replica does; a caller of another one gets FAILED_PRECONDITION
   */
  public static BindableService of(NodeTokens tokens, Links links, BooleanSupplier leads) {
    requireNonNull(tokens, "tokens is null");
    requireNonNull(links, "links is null");
    requireNonNull(leads, "leads is null");
    return () -> ServerInterceptors.intercept(new Streams(tokens, links, leads), new BearerToken());
  }

  private static final class Streams extends NodeLinkGrpc.NodeLinkImplBase {
    private final NodeTokens tokens;
    private final Links links;
    private final BooleanSupplier leads;

    private Streams(NodeTokens tokens, Links links, BooleanSupplier leads) {
      this.tokens = tokens;
      this.links = links;
      this.leads = leads;
    }

    @Override
    public StreamObserver<NodeMessage> link(StreamObserver<ControllerMessage> down) {
      try {
        if (!leads.getAsBoolean()) {
          throw Failure.failedPrecondition(FOLLOWER);
        }
        return new LinkStream(tokens.nodeOf(BearerToken.CURRENT.get()), links, leads, down);
      } catch (Failure e) {
        down.onError(Statuses.toStatus(e).asRuntimeException());
        return new Deaf();
      }
    }
  }

  /** For what a caller still says who was refused. */
  private static final class Deaf implements StreamObserver<NodeMessage> {
    @Override
    public void onNext(NodeMessage message) {
      // Refused already.
    }

    @Override
    public void onError(Throwable thrown) {
      // Refused already.
    }

    @Override
    public void onCompleted() {
      // Refused already.
    }
  }
}
