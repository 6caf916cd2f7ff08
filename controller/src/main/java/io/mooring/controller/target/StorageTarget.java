package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A storage host as it is configured.
 *
 * @param name first part of the id of every volume there; one or more DNS labels
 * @param endpoint {@code host:port} of its agent, an IPv6 address in brackets
 * @param serverName the name that the agent's certificate must carry
 */
public record StorageTarget(String name, String endpoint, String serverName) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?");

  public StorageTarget {
    requireNonNull(name, "name is null");
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(serverName, "serverName is null");
  }

  /** Whether a storage target can have that name: DNS labels, at most 63 characters in all. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
