package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.rpc.TlsFiles;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A storage host as it is configured.
 *
 * @param name first part of the id of every volume there; one or more DNS labels
 * @param endpoint {@code host:port} of its agent, an IPv6 address in brackets
 * @param serverName the name that the agent's certificate must carry
 * @param share what of it this cluster uses
 * @param tls towards its agent; empty for the controller's own
 * @param trouble why it cannot be asked, in one sentence without its name; empty when it can
 */
public record StorageTarget(
    String name,
    String endpoint,
    String serverName,
    Share share,
    Optional<TlsFiles> tls,
    Optional<String> trouble) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern ENDPOINT =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]/]+):(\\d{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  public StorageTarget {
    requireNonNull(name, "name is null");
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(serverName, "serverName is null");
    requireNonNull(share, "share is null");
    requireNonNull(tls, "tls is null");
    requireNonNull(trouble, "trouble is null");
  }

  /** All of a host, with the controller's own TLS files. */
  public StorageTarget(String name, String endpoint, String serverName) {
    this(name, endpoint, serverName, Share.ALL, Optional.empty(), Optional.empty());
  }

  /** The same host, of which that much is used. */
  public StorageTarget sharing(Share other) {
    return new StorageTarget(name, endpoint, serverName, other, tls, trouble);
  }

  /** The same host, asked with these files. */
  public StorageTarget with(TlsFiles files) {
    return new StorageTarget(name, endpoint, serverName, share, Optional.of(files), trouble);
  }

  /** The same host, which cannot be asked for that reason. */
  public StorageTarget because(String reason) {
    return new StorageTarget(name, endpoint, serverName, share, tls, Optional.of(reason));
  }

  /** Whether a storage target can have that name: DNS labels, at most 63 characters in all. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether a text is {@code host:port}, an IPv6 address in brackets. */
  public static boolean isEndpoint(String text) {
    Matcher form = ENDPOINT.matcher(text);
    return form.matches() && Integer.parseInt(form.group(1)) <= HIGHEST_PORT;
  }
}
