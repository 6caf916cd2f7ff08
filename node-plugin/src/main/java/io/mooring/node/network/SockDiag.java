package io.mooring.node.network;

import io.mooring.node.linux.Attributes;
import io.mooring.node.linux.LibC;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * The kernel's messages about single TCP sockets (sock_diag(7), {@code linux/inet_diag.h}). A
 * socket is asked for by both its ends, which the kernel finds in its hash: a dump would walk over
 * all sockets of the host every time.
 */
final class SockDiag {
  static final int BY_FAMILY = 20;
  static final int DESTROY = 21;

  private static final int REQUEST_BYTES = 56;
  private static final int MESSAGE_BYTES = 72;
  private static final int COOKIE_AT = 44;
  private static final byte TCP = 6;
  private static final int INFO = 2;
  private static final int ESTABLISHED = 1;
  private static final int ALL_STATES = -1;
  private static final int ADDRESS_BYTES = 16;

  /** Offsets in struct tcp_info; the last one is not there before Linux 4.19. */
  private static final int TIMEOUTS = 2;

  private static final int UNACKNOWLEDGED = 24;
  private static final int LAST_SENT = 44;
  private static final int LAST_RECEIVED = 52;
  private static final int LAST_ACK = 56;
  private static final int TOTAL_RETRANSMITS = 100;
  private static final int DUPLICATES = 216;

  private SockDiag() {}

  /**
   * A request about one socket.
   *
   * @param cookie of that very socket, or -1 for whichever has these ends
   */
  static byte[] request(TcpConnection connection, long cookie) {
    byte[] bytes = new byte[REQUEST_BYTES];
    ByteBuffer request = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    request.put((byte) family(connection)).put(TCP).put((byte) (1 << (INFO - 1))).put((byte) 0);
    request.putInt(ALL_STATES);
    request.order(ByteOrder.BIG_ENDIAN);
    request.putShort((short) connection.local().getPort());
    request.putShort((short) connection.remote().getPort());
    putAddress(request, connection.local());
    putAddress(request, connection.remote());
    request.order(ByteOrder.nativeOrder());
    request.putInt(0).putInt((int) cookie).putInt((int) (cookie >>> 32));
    return bytes;
  }

  static int family(TcpConnection connection) {
    return connection.remote().getAddress() instanceof Inet6Address ? LibC.AF_INET6 : LibC.AF_INET;
  }

  private static void putAddress(ByteBuffer request, InetSocketAddress end) {
    int next = request.position() + ADDRESS_BYTES;
    request.put(end.getAddress().getAddress()).position(next);
  }

  /** What an answer says; empty when the socket is not established. */
  static Optional<TcpHealth> parse(ByteBuffer body) {
    if (body.limit() < MESSAGE_BYTES || body.get(1) != ESTABLISHED) {
      return Optional.empty();
    }
    long cookie =
        Integer.toUnsignedLong(body.getInt(COOKIE_AT)) | (long) body.getInt(COOKIE_AT + 4) << 32;
    return Attributes.find(body, MESSAGE_BYTES, INFO)
        .filter(info -> info.limit() >= TOTAL_RETRANSMITS + Integer.BYTES)
        .map(info -> health(cookie, info));
  }

  private static TcpHealth health(long cookie, ByteBuffer info) {
    long duplicates =
        info.limit() >= DUPLICATES + Integer.BYTES
            ? Integer.toUnsignedLong(info.getInt(DUPLICATES))
            : 0;
    long retransmits = Integer.toUnsignedLong(info.getInt(TOTAL_RETRANSMITS));
    return new TcpHealth(
        cookie,
        info.getInt(UNACKNOWLEDGED),
        millis(info, LAST_ACK),
        Byte.toUnsignedInt(info.get(TIMEOUTS)),
        Math.max(0, retransmits - duplicates),
        millis(info, LAST_SENT),
        millis(info, LAST_RECEIVED));
  }

  private static Duration millis(ByteBuffer info, int offset) {
    return Duration.ofMillis(Integer.toUnsignedLong(info.getInt(offset)));
  }
}
