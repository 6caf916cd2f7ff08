package io.mooring.node.network;

import io.mooring.node.linux.Netlink;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The kernel's word over netlink. Sockets are opened when needed, and anew after a failure. */
public final class KernelNetwork implements Network {
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EOPNOTSUPP = 95;
  private static final long ANY_COOKIE = -1;

  private final Map<Use, Netlink> sockets = new EnumMap<>(Use.class);

  /** News have a socket of their own, so that no answer is lost among them. */
  private enum Use {
    NEWS(Netlink.ROUTE, RouteMessages.NEWS),
    LINKS(Netlink.ROUTE, 0),
    CONNECTIONS(Netlink.SOCK_DIAG, 0);

    private final int protocol;
    private final int groups;

    Use(int protocol, int groups) {
      this.protocol = protocol;
      this.groups = groups;
    }
  }

  /** Something on one netlink socket. */
  private interface Talk<T> {
    T over(Netlink netlink) throws IOException;
  }

  @Override
  public boolean awaitChange(Duration atMost) {
    return on(Use.NEWS, netlink -> netlink.awaitNews(atMost));
  }

  @Override
  public Optional<Link> linkTowards(TcpConnection connection) {
    Netlink.Answer route =
        ask(Use.LINKS, RouteMessages.GET_ROUTE, RouteMessages.routeOf(connection));
    // A refusal is the answer here: the address is gone, or nothing leads there.
    OptionalInt index =
        route.errno() == 0 ? RouteMessages.outInterface(route.body()) : OptionalInt.empty();
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Netlink.Answer link =
        ask(Use.LINKS, RouteMessages.GET_LINK, RouteMessages.link(index.getAsInt()));
    return link.errno() == 0 ? RouteMessages.parseLink(link.body()) : Optional.empty();
  }

  @Override
  public Optional<TcpHealth> health(TcpConnection connection) {
    Netlink.Answer answer =
        ask(Use.CONNECTIONS, SockDiag.BY_FAMILY, SockDiag.request(connection, ANY_COOKIE));
    if (answer.errno() == ENOENT) {
      return Optional.empty();
    }
    if (answer.errno() != 0) {
      throw Failure.unavailable(
          "the kernel does not describe TCP connections (errno %d); is its module tcp_diag there?"
              .formatted(answer.errno()));
    }
    return SockDiag.parse(answer.body());
  }

  @Override
  public Destruction destroy(TcpConnection connection, long cookie) {
    byte[] request = SockDiag.request(connection, cookie);
    int errno = on(Use.CONNECTIONS, netlink -> netlink.command(SockDiag.DESTROY, request)).errno();
    return switch (errno) {
      case 0 -> Destruction.DONE;
      case ENOENT -> Destruction.GONE;
      case EOPNOTSUPP, EPERM -> Destruction.UNSUPPORTED;
      default -> throw Failure.internal("a socket was not destroyed: errno " + errno);
    };
  }

  private Netlink.Answer ask(Use use, int type, byte[] request) {
    return on(use, netlink -> netlink.ask(type, request));
  }

  private <T> T on(Use use, Talk<T> talk) {
    try {
      Netlink netlink = sockets.get(use);
      if (netlink == null) {
        netlink = Netlink.open(use.protocol, use.groups);
        sockets.put(use, netlink);
      }
      return talk.over(netlink);
    } catch (IOException e) {
      Netlink broken = sockets.remove(use);
      if (broken != null) {
        broken.close();
      }
      throw new Failure(
          Kind.UNAVAILABLE,
          "the kernel does not talk netlink with the node plugin (%s)".formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    sockets.values().forEach(Netlink::close);
    sockets.clear();
  }
}
