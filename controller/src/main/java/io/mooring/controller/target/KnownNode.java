package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A node that has, or had, a volume on a storage host.
 *
 * @param chapRevision of what its target there demands at login; 0 where it never demanded anything
 * @param answers whether the host waits for the node's word on freed LUN numbers
 * @param freed those that wait for it
 */
public record KnownNode(Node node, long chapRevision, boolean answers, List<FreedLun> freed) {
  public KnownNode {
    requireNonNull(node, "node is null");
    freed = List.copyOf(freed);
  }
}
