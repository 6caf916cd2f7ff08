package io.mooring.controller.link;

/**
 * Has something to tell to nodes. It is called on the node's stream, one call at a time for each
 * node, and may wait: no other node is kept.
 */
interface LinkListener {
  /** The node has linked. */
  default void joined(LinkedNode node) {}

  /** The node has said which volumes it holds. */
  default void holds(LinkedNode node) {}
}
