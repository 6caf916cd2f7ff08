package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node, for as long as its stream lasts. */
final class LinkedNode {
  private static final Logger LOG = LoggerFactory.getLogger(LinkedNode.class);

  private final NodeId id;
  private final String bootId;
  private final boolean answersLuns;
  private final StreamObserver<ControllerMessage> down; // only under the lock
  private volatile Set<VolumeId> holdings = Set.of();
  private volatile boolean told;
  private boolean ended; // only under the lock

  LinkedNode(
      NodeId id, String bootId, boolean answersLuns, StreamObserver<ControllerMessage> down) {
    this.id = requireNonNull(id, "id is null");
    this.bootId = requireNonNull(bootId, "bootId is null");
    this.answersLuns = answersLuns;
    this.down = requireNonNull(down, "down is null");
  }

  NodeId id() {
    return id;
  }

  /** Of the kernel that the node runs. */
  String bootId() {
    return bootId;
  }

  /** Whether it answers questions about LUN numbers. */
  boolean answersLuns() {
    return answersLuns;
  }

  /** The volumes that are staged on the node, as it said last. */
  Set<VolumeId> holdings() {
    return holdings;
  }

  void holds(Set<VolumeId> volumes) {
    holdings = Set.copyOf(volumes);
    told = true;
  }

  /** Whether it has said what it holds. */
  boolean hasTold() {
    return told;
  }

  /** Tells the node, if it still listens: what it misses it is told when it links again. */
  synchronized void tell(ControllerMessage message) {
    if (ended) {
      return;
    }
    try {
      down.onNext(message);
    } catch (StatusRuntimeException | IllegalStateException e) {
      LOG.debug("node {} has gone", id, e);
      ended = true;
    }
  }

  /** Ends the stream. */
  synchronized void end(Status status) {
    if (ended) {
      return;
    }
    ended = true;
    try {
      if (status.isOk()) {
        down.onCompleted();
      } else {
        down.onError(status.asRuntimeException());
      }
    } catch (StatusRuntimeException | IllegalStateException e) {
      LOG.debug("node {} has gone", id, e);
    }
  }
}
