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
 * and 1.6 s. A command can also be acknowledged and not be answered.
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

  /** Since when a command is acknowledged and not answered. */
  private OptionalLong owedSince = OptionalLong.empty();

  /** Since when a question waits for its acknowledgement. */
  private OptionalLong askedSince = OptionalLong.empty();

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

  /** A command is sent and acknowledged; its answer does not come. */
  void owe(long nanos) {
    busy = false;
    owedSince = OptionalLong.of(nanos);
  }

  /** A question, which is answered at once where the wire is not silent. */
  boolean ask(long nanos) {
    if (silentSince.isPresent()) {
      askedSince = OptionalLong.of(nanos);
      return false;
    }
    idleSince = nanos;
    return true;
  }

  /** Another socket, which nothing is known of. */
  void reconnect() {
    localPort++;
    cookie++;
    lost = 0;
    silentSince = OptionalLong.empty();
    owedSince = OptionalLong.empty();
    askedSince = OptionalLong.empty();
  }

  TcpHealth health(long nanos) {
    if (!busy && askedSince.isEmpty()) {
      return idle(nanos);
    }
    Duration silent =
        silentSince.isPresent() && !otherWay
            ? Duration.ofNanos(nanos - askedSince.orElse(silentSince.getAsLong()))
            : Duration.ZERO;
    int timeouts = 0;
    for (long at = 400; at <= silent.toMillis(); at *= 2) {
      timeouts++;
    }
    Duration heard =
        askedSince.isPresent() ? Duration.ofNanos(nanos - idleSince) : silent.plusMillis(1);
    return new TcpHealth(cookie, 1, heard, timeouts, lost + timeouts, silent, heard);
  }

  private TcpHealth idle(long nanos) {
    Duration idle = Duration.ofNanos(nanos - idleSince);
    Duration sent =
        owedSince.isPresent() && owedSince.getAsLong() > idleSince
            ? Duration.ofNanos(nanos - owedSince.getAsLong())
            : idle.plusMillis(1);
    return new TcpHealth(cookie, 0, idle, 0, lost, sent, idle);
  }
}
