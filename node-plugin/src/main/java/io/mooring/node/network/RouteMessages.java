package io.mooring.node.network;

import io.mooring.node.linux.Attributes;
import io.mooring.node.linux.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** The kernel's messages about links and routes (rtnetlink(7)). */
final class RouteMessages {
  static final int GET_LINK = 18;
  static final int GET_ROUTE = 26;

  /** RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR. */
  static final int NEWS = 0x1 | 0x10 | 0x100;

  private static final int ROUTE_BYTES = 12;
  private static final int DESTINATION = 1;
  private static final int SOURCE = 2;
  private static final int OUT_INTERFACE = 4;
  private static final int LINK_BYTES = 16;
  private static final int LINK_FLAGS_AT = 8;
  private static final int LINK_NAME = 3;
  private static final int IFF_UP = 1;
  private static final int IFF_LOWER_UP = 0x10000;

  private RouteMessages() {}

  /** By which way packets with these ends leave. */
  static byte[] routeOf(TcpConnection connection) {
    byte[] source = connection.local().getAddress().getAddress();
    byte[] destination = connection.remote().getAddress().getAddress();
    byte[] bytes = new byte[ROUTE_BYTES + Attributes.size(source) + Attributes.size(destination)];
    ByteBuffer request =
        ByteBuffer.wrap(bytes)
            .order(ByteOrder.nativeOrder())
            .put((byte) SockDiag.family(connection))
            .put((byte) (8 * destination.length))
            .put((byte) (8 * source.length))
            .position(ROUTE_BYTES);
    Attributes.put(request, DESTINATION, destination);
    Attributes.put(request, SOURCE, source);
    return bytes;
  }

  /** The index of the link in an answer about a route. */
  static OptionalInt outInterface(ByteBuffer body) {
    return Attributes.find(body, ROUTE_BYTES, OUT_INTERFACE)
        .filter(value -> value.limit() >= Integer.BYTES)
        .map(value -> OptionalInt.of(value.getInt(0)))
        .orElseGet(OptionalInt::empty);
  }

  static byte[] link(int index) {
    return Netlink.message(LINK_BYTES).putInt(4, index).array();
  }

  static Optional<Link> parseLink(ByteBuffer body) {
    if (body.limit() < LINK_BYTES) {
      return Optional.empty();
    }
    int flags = body.getInt(LINK_FLAGS_AT);
    String name =
        Attributes.find(body, LINK_BYTES, LINK_NAME)
            .map(value -> StandardCharsets.UTF_8.decode(value).toString().replace("\0", ""))
            .orElse("link " + body.getInt(4));
    return Optional.of(new Link(name, (flags & IFF_UP) != 0 && (flags & IFF_LOWER_UP) != 0));
  }
}
