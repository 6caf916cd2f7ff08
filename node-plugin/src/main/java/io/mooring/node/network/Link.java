package io.mooring.node.network;

import static java.util.Objects.requireNonNull;

/**
 * A network interface.
 *
 * @param name for messages
 * @param carrier whether it is up and its wire has a signal
 */
public record Link(String name, boolean carrier) {
  public Link {
    requireNonNull(name, "name is null");
  }
}
