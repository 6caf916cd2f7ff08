package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Where the controller is, and by what each knows the other.
 *
 * @param address {@code host:port}, one name for all replicas; an IPv6 address stands in brackets
 * @param tokenFile the token that speaks for this node; read at each call, since it is renewed
 * @param authority PEM file of the authority that signed the controller's certificate
 * @param serverName the name in that certificate
 */
public record LinkConfig(String address, Path tokenFile, Path authority, String serverName) {
  public LinkConfig {
    requireNonNull(address, "address is null");
    requireNonNull(tokenFile, "tokenFile is null");
    requireNonNull(authority, "authority is null");
    requireNonNull(serverName, "serverName is null");
  }
}
