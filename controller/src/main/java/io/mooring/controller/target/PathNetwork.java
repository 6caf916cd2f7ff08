package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network that portals are in, as CIDR.
 *
 * @param text as it was written
 * @param address any address in it
 * @param bits how many leading bits all of its addresses share
 */
public record PathNetwork(String text, InetAddress address, int bits) {
  // Three numbers would be read as an address, too, though nobody means that one.
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)/(\\d{1,3})");

  public PathNetwork {
    requireNonNull(text, "text is null");
    requireNonNull(address, "address is null");
  }

  /** The network in a text such as {@code 192.0.2.0/24} or {@code fd00::/64}; empty for none. */
  public static Optional<PathNetwork> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.ofLiteral(form.group(1));
      int bits = Integer.parseInt(form.group(2));
      return bits <= address.getAddress().length * Byte.SIZE
          ? Optional.of(new PathNetwork(text, address, bits))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // digits that are no address
    }
  }

  /** Whether the portal's address is in it. */
  boolean contains(Portal portal) {
    byte[] other;
    try {
      other = InetAddress.ofLiteral(portal.address()).getAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
    byte[] own = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((own[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
