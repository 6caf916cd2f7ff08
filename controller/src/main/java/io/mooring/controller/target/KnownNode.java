package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * A node that has, or had, a volume on a storage host.
 *
 * @param chapRevision of what its target there demands at login; 0 where it never demanded anything
 */
public record KnownNode(Node node, long chapRevision) {
  public KnownNode {
    requireNonNull(node, "node is null");
  }
}
