package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

/**
 * Where a storage host's iSCSI target listens.
 *
 * @param address IPv4, or IPv6 without brackets
 * @param port TCP port
 */
public record Portal(String address, int port) {
  public Portal {
    requireNonNull(address, "address is null");
  }

  /** {@code 10.0.0.1:3260} or {@code [fd00::1]:3260}. */
  public String hostPort() {
    return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
  }
}
