package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * A node as the target side knows it.
 *
 * @param name Kubernetes' name for it
 * @param uuid made once on the node; its initiator name follows from it
 */
public record Node(String name, String uuid) {
  public Node {
    requireNonNull(name, "name is null");
    requireNonNull(uuid, "uuid is null");
  }
}
