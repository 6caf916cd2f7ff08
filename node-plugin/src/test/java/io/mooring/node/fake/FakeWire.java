package io.mooring.node.fake;

import io.mooring.node.iscsi.Portal;
import io.mooring.node.network.Link;
import io.mooring.node.network.TcpConnection;
import io.mooring.node.network.TcpHealth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The connection of a session in the fake kernel, and the link below it. What is sent is answered
 * after a millisecond, or, from the moment on that the wire is silent, sent again after 0.4, 0.8
 * and 1.6 s.
 */
final class FakeWire {
  private static final int PORT = 40000;

  private final Portal portal;
  private int localPort;
  long cookie = 1;
  boolean busy;
  boolean carrier = true;
  boolean otherWay;
  long lost;
  OptionalLong silentSince = OptionalLong.empty();
  private long idleSince;

  FakeWire(int session, int host, Portal portal) {
    this.portal = portal;
    this.localPort = PORT + 100 * session + host;
  }

  TcpConnection connection() {
    return new TcpConnection(
        new InetSocketAddress(InetAddress.ofLiteral("10.77.1.11"), localPort),
        new InetSocketAddress(portal.address(), portal.port()));
  }

  Optional<Link> link() {
    return Optional.of(new Link("eth-" + portal, carrier));
  }

  void silence(long nanos) {
    if (silentSince.isEmpty()) {
      silentSince = OptionalLong.of(nanos);
    }
  }

  void load(boolean on, long nanos) {
    busy = on;
    idleSince = nanos;
  }

  /** Another socket, which nothing is known of. */
  void reconnect() {
    localPort++;
    cookie++;
    lost = 0;
    silentSince = OptionalLong.empty();
  }

  TcpHealth health(long nanos) {
    Duration silent =
        silentSince.isPresent() && !otherWay
            ? Duration.ofNanos(nanos - silentSince.getAsLong())
            : Duration.ZERO;
    if (!busy) {
      return new TcpHealth(cookie, 0, Duration.ofNanos(nanos - idleSince), 0, lost);
    }
    int timeouts = 0;
    for (long at = 400; at <= silent.toMillis(); at *= 2) {
      timeouts++;
    }
    return new TcpHealth(cookie, 1, silent.plusMillis(1), timeouts, lost + timeouts);
  }
}
