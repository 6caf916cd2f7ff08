package io.mooring.agent.volume;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;

/** Whether a volume may go to a node, beside the nodes that have it and as it is asked for. */
final class Admission {
  private Admission() {}

  /**
   * Looks at the other nodes: what one of them has mounted, another one must not write. How an
   * older version gave the volume away is not known, and then only this order is looked at.
   *
   * @throws Failure FAILED_PRECONDITION when one of the two wants it for itself alone
   */
  static void requireRoomBeside(VolumeRecord volume, Exports.Order order) {
    volume.publications().stream()
        .filter(other -> !other.nodeUuid().equals(order.nodeUuid()))
        .filter(other -> order.use().isExclusive() || other.use().isExclusive())
        .findFirst()
        .ifPresent(other -> {
          throw Failure.failedPrecondition(
              "%1$s is published to node %2$s and cannot go to node %3$s as well: node %4$s is to have it for itself alone; unpublish it from node %2$s first"
                  .formatted(
                      volume.label(),
                      other.nodeName(),
                      order.nodeName(),
                      other.use().isExclusive() ? other.nodeName() : order.nodeName()));
        });
  }

  /**
   * Looks at what the node itself has.
   *
   * @throws Failure ALREADY_EXISTS when that is to be used in another way
   */
  static void requireSame(VolumeRecord volume, Publication present, Exports.Order order) {
    if (present.readOnly() != order.readOnly()) {
      throw Failure.alreadyExists(
          "%s is published to node %s %s; unpublish it first"
              .formatted(
                  volume.label(),
                  order.nodeName(),
                  present.readOnly() ? "for reading only" : "for writing"));
    }
    if (present.use().contradicts(order.use())) {
      throw Failure.alreadyExists(
          "%s is published to node %s %s, and is asked for %s; unpublish it first"
              .formatted(
                  volume.label(), order.nodeName(), present.use().phrase(), order.use().phrase()));
    }
  }
}
