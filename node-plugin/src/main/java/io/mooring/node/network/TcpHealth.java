package io.mooring.node.network;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How an established TCP connection is, as the kernel counts it ({@code struct tcp_info}).
 *
 * @param cookie the kernel's mark of this very socket, which no later one gets
 * @param unacknowledged segments that were sent and not acknowledged yet
 * @param sinceAck how long ago anything was heard from the other end
 * @param timeouts how many retransmission timeouts in a row have passed without an answer
 * @param lost how many segments had to be sent again in the connection's life, without those of
 *     which the other end said that it had them already
 * @param sinceSent how long ago data were last sent, or sent again
 * @param sinceReceived how long ago data were last received, which acknowledgements are not
 */
public record TcpHealth(
    long cookie,
    int unacknowledged,
    Duration sinceAck,
    int timeouts,
    long lost,
    Duration sinceSent,
    Duration sinceReceived) {
  public TcpHealth {
    requireNonNull(sinceAck, "sinceAck is null");
    requireNonNull(sinceSent, "sinceSent is null");
    requireNonNull(sinceReceived, "sinceReceived is null");
  }
}
