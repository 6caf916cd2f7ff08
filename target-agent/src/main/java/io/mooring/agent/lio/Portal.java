package io.mooring.agent.lio;

import io.mooring.runtime.failure.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the host's iSCSI target listens.
 *
 * @param address IPv4, or IPv6 without brackets
 * @param port TCP port
 */
public record Portal(String address, int port) {
  private static final int DEFAULT_PORT = 3260;
  private static final Pattern V6 = Pattern.compile("\\[([0-9a-fA-F:.]+)](?::(\\d{1,5}))?");
  private static final Pattern V4 =
      Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})(?::(\\d{1,5}))?");

  /** Reads {@code 192.0.2.1}, {@code 192.0.2.1:3260}, {@code [2001:db8::1]:3260}. */
  public static Portal parse(String text) {
    for (Pattern form : new Pattern[] {V4, V6}) {
      Matcher match = form.matcher(text);
      if (match.matches()) {
        int port = match.group(2) == null ? DEFAULT_PORT : Integer.parseInt(match.group(2));
        if (port >= 1 && port <= 65535) {
          return new Portal(match.group(1), port);
        }
      }
    }
    throw Failure.invalidArgument(
        "the portal \""
            + text
            + "\" is not an address with an optional port; write 192.0.2.1:3260 or [2001:db8::1]:3260");
  }

  /** The name of its directory in configfs. */
  String directory() {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  @Override
  public String toString() {
    return directory();
  }
}
