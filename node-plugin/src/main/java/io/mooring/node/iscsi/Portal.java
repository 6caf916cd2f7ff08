package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a target is reached. Two spellings of one IP address are the same portal; names are not
 * accepted, since a name could lead elsewhere tomorrow.
 */
public record Portal(InetAddress address, int port) {
  private static final Pattern V4 = Pattern.compile("(\\d+(?:\\.\\d+){3}):(\\d{1,5})");
  private static final Pattern V6 =
      Pattern.compile("\\[([0-9a-fA-F.]*:[0-9a-fA-F:.]*)\\]:(\\d{1,5})");

  public Portal {
    requireNonNull(address, "address is null");
    if (port < 1 || port > 65535) {
      throw Failure.invalidArgument("port " + port + " is not between 1 and 65535");
    }
  }

  /**
   * The portal in a text such as {@code 10.0.0.1:3260} or {@code [2001:db8::1]:3260}.
   *
   * @throws Failure INVALID_ARGUMENT for any other form
   */
  public static Portal parse(String text) {
    Matcher matcher = V4.matcher(text);
    if (!matcher.matches()) {
      matcher = V6.matcher(text);
      if (!matcher.matches()) {
        throw malformed(text, null);
      }
    }
    return of(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /**
   * A portal from an IP address without brackets and a port.
   *
   * @throws Failure INVALID_ARGUMENT when the address is not a literal IP address
   */
  public static Portal of(String address, int port) {
    try {
      return new Portal(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException e) {
      throw malformed(address + ":" + port, e);
    }
  }

  private static Failure malformed(String text, @Nullable Exception e) {
    return new Failure(
        Kind.INVALID_ARGUMENT,
        "portal '" + text + "' is not of the form 10.0.0.1:3260 or [2001:db8::1]:3260",
        e);
  }

  @Override
  public String toString() {
    String ip = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + port;
  }
}
