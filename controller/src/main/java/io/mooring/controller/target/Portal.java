package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

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

  /** Whether both are one place, however an IPv6 address is written. */
  public boolean sameAs(Portal other) {
    return port == other.port && canonical(address).equals(canonical(other.address));
  }

  private static String canonical(String address) {
    try {
      return InetAddress.ofLiteral(address).getHostAddress();
    } catch (IllegalArgumentException e) {
      return address; // a host name is only itself
    }
  }

  /** {@code 10.0.0.1:3260} or {@code [fd00::1]:3260}. */
  public String hostPort() {
    return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
  }
}
