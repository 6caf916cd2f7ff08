package io.mooring.node.network;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;

/** A TCP connection of this host by its two ends, which no other connection has at that time. */
public record TcpConnection(InetSocketAddress local, InetSocketAddress remote) {
  public TcpConnection {
    requireNonNull(local, "local is null");
    requireNonNull(remote, "remote is null");
  }
}
