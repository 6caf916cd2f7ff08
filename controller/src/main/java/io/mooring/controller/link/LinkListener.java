package io.mooring.controller.link;

import io.mooring.controller.path.Attachment;
import io.mooring.link.v1.LunAnswer;
import java.util.List;

/**
 * Has something to tell to nodes, or hears what they tell. It is called on the node's stream, one
 * call at a time for each node, and may wait: no other node is kept.
 */
interface LinkListener {
  /** The node has linked. */
  default void joined(LinkedNode node) {}

  /** The node has said which volumes it holds. */
  default void holds(LinkedNode node) {}

  /** The node has said how the paths of all volumes are that it holds. */
  default void reports(LinkedNode node, List<Attachment> all) {}

  /** The node has looked at LUN numbers that it was asked after. */
  default void answers(LinkedNode node, LunAnswer answer) {}

  /** The node's stream has ended, and it has no newer one here. */
  default void left(LinkedNode node) {}
}
