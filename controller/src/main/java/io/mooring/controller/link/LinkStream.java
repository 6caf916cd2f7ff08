package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Hello;
import io.mooring.link.v1.NodeMessage;
import io.mooring.link.v1.Welcome;
import io.mooring.runtime.process.Version;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one node says. gRPC calls it one message at a time. */
final class LinkStream implements StreamObserver<NodeMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(LinkStream.class);

  private static final ControllerMessage WELCOME =
      ControllerMessage.newBuilder()
          .setWelcome(Welcome.newBuilder().setVersion(Version.current()))
          .build();

  private final String nodeName;
  private final Links links;
  private final BooleanSupplier leads;
  private final StreamObserver<ControllerMessage> down;
  private @Nullable LinkedNode node;
  private boolean refused;

  /**
   * @param nodeName the one whose token the caller has
   * @param leads whether this replica does
   */
  LinkStream(
      String nodeName, Links links, BooleanSupplier leads, StreamObserver<ControllerMessage> down) {
    this.nodeName = requireNonNull(nodeName, "nodeName is null");
    this.links = requireNonNull(links, "links is null");
    this.leads = requireNonNull(leads, "leads is null");
    this.down = requireNonNull(down, "down is null");
  }

  @Override
  public void onNext(NodeMessage message) {
    if (refused) {
      return;
    }
    switch (message.getMessageCase()) {
      case HELLO -> hello(message.getHello());
      case HOLDINGS -> holdings(Set.copyOf(message.getHoldings().getVolumeIdsList()));
      case PATHS -> {
        var report = PathReports.read(message.getPaths());
        known().ifPresent(speaker -> links.reports(speaker, report));
      }
      case LUNS -> known().ifPresent(speaker -> links.answers(speaker, message.getLuns()));
      // Of a newer node plugin: what this controller does not know, it does not need.
      case MESSAGE_NOT_SET -> LOG.debug("node {} says something unknown", nodeName);
    }
  }

  private void hello(Hello hello) {
    Optional<NodeId> id = NodeId.parse(hello.getNodeId());
    if (node != null || id.isEmpty()) {
      refuse(
          Status.INVALID_ARGUMENT.withDescription(
              "the hello of node %s is not the first, or has no node id; use a node plugin of this"
                      .formatted(nodeName)
                  + " version"));
    } else if (!id.get().name().equals(nodeName)) {
      refuse(
          Status.PERMISSION_DENIED.withDescription(
              "the token is that of node %s, and does not speak for %s; give each node its own"
                  .formatted(nodeName, id.get())));
    } else {
      node = new LinkedNode(id.get(), hello.getBootId(), hello.getAnswersLuns(), down);
      node.tell(WELCOME);
      links.join(node);
      // Only now: who ceased to lead in between has sent all nodes away, and not this one.
      if (!leads.getAsBoolean()) {
        refuse(Status.FAILED_PRECONDITION.withDescription(LinkService.FOLLOWER));
      }
    }
  }

  private void holdings(Set<String> volumeIds) {
    known()
        .ifPresent(speaker -> {
          speaker.holds(
              volumeIds.stream()
                  .flatMap(id -> VolumeId.parse(id).stream())
                  .collect(Collectors.toUnmodifiableSet()));
          links.holds(speaker);
        });
  }

  /** Who speaks; one that has not said who it is is refused. */
  private Optional<LinkedNode> known() {
    if (node == null) {
      refuse(
          Status.INVALID_ARGUMENT.withDescription(
              "node %s has not said hello".formatted(nodeName)));
    }
    return Optional.ofNullable(node);
  }

  private void refuse(Status status) {
    refused = true;
    LOG.warn("NodeLink: {}", status.getDescription());
    if (node == null) {
      down.onError(status.asRuntimeException());
    } else {
      links.leave(node);
      node.end(status);
    }
  }

  @Override
  public void onError(Throwable thrown) {
    LOG.debug("the stream of node {} has ended", nodeName, thrown);
    onCompleted();
  }

  @Override
  public void onCompleted() {
    if (node != null) {
      links.leave(node);
      node.end(Status.OK);
    } else if (!refused) {
      down.onCompleted();
    }
  }
}
