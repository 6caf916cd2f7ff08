package io.mooring.node.linux;

import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A netlink socket (netlink(7)): questions with one answer each, or what the kernel tells unasked.
 * Nothing waits for longer than said. Used by one thread at a time; after an IOException it is to
 * be closed.
 */
public final class Netlink implements AutoCloseable {
  /** NETLINK_ROUTE: links, addresses, routes (rtnetlink(7)). */
  public static final int ROUTE = 0;

  /** NETLINK_SOCK_DIAG: the host's sockets (sock_diag(7)). */
  public static final int SOCK_DIAG = 4;

  /** NETLINK_KOBJECT_UEVENT: devices that come, go and change. */
  public static final int KOBJECT_UEVENT = 15;

  private static final short NLM_F_REQUEST = 1;
  private static final short NLM_F_ACK = 4;
  private static final short NLMSG_ERROR = 2;
  private static final int HEADER_BYTES = 16;
  private static final int ADDRESS_BYTES = 12;
  private static final int LARGEST = 65536;

  /** The kernel answers before send(2) returns; this is for a kernel that does not. */
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private final LibC libc = LibC.get();
  private final int socket;
  private final byte[] buffer = new byte[LARGEST];
  private int sequence;
  private boolean closed;

  private Netlink(int socket) {
    this.socket = socket;
  }

  /**
   * Opens one.
   *
   * @param protocol {@link #ROUTE}, {@link #SOCK_DIAG} or {@link #KOBJECT_UEVENT}
   * @param groups whose news to hear, as a mask of the first 32 groups; 0 for none
   */
  public static Netlink open(int protocol, int groups) throws IOException {
    int descriptor =
        LibC.get()
            .socket(
                LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, protocol);
    if (descriptor < 0) {
      throw failed("socket");
    }
    Netlink netlink = new Netlink(descriptor);
    byte[] address =
        message(ADDRESS_BYTES).putShort((short) LibC.AF_NETLINK).putInt(8, groups).array();
    if (netlink.libc.bind(descriptor, address, address.length) != 0) {
      IOException failure = failed("bind");
      netlink.close();
      throw failure;
    }
    return netlink;
  }

  /** An empty message of that many bytes, in the byte order that netlink speaks. */
  public static ByteBuffer message(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * What the kernel said to a question.
   *
   * @param errno its refusal; 0 when it has none
   * @param body the answer after its header, attributes included; empty for a bare yes or no
   */
  public record Answer(int errno, ByteBuffer body) {}

  /** Asks something that is answered with one message. */
  public Answer ask(int type, byte[] body) throws IOException {
    return request(type, NLM_F_REQUEST, body);
  }

  /** Asks for something to be done. */
  public Answer command(int type, byte[] body) throws IOException {
    return request(type, (short) (NLM_F_REQUEST | NLM_F_ACK), body);
  }

  private Answer request(int type, short flags, byte[] body) throws IOException {
    sequence++;
    byte[] bytes =
        message(HEADER_BYTES + body.length)
            .putInt(HEADER_BYTES + body.length)
            .putShort((short) type)
            .putShort(flags)
            .putInt(sequence)
            .putInt(0)
            .put(body)
            .array();
    if (libc.send(socket, bytes, bytes.length, 0) != bytes.length) {
      throw failed("send");
    }
    Deadline deadline = Deadline.after(ANSWER);
    Optional<Answer> answer = Optional.empty();
    while (answer.isEmpty()) {
      if (!readable(deadline.remaining())) {
        throw new SocketTimeoutException("the kernel does not answer");
      }
      answer = answerIn(receive());
    }
    return answer.get();
  }

  /** The answer to the last question; empty for anything that was left of an earlier one. */
  private Optional<Answer> answerIn(ByteBuffer datagram) {
    if (datagram.remaining() < HEADER_BYTES || datagram.getInt(8) != sequence) {
      return Optional.empty();
    }
    int length = Math.min(datagram.getInt(0), datagram.remaining());
    ByteBuffer body =
        datagram.slice(HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.nativeOrder());
    return Optional.of(
        datagram.getShort(4) == NLMSG_ERROR
            ? new Answer(-body.getInt(0), message(0))
            : new Answer(0, body));
  }

  /**
   * Waits for news, and takes in all that is there without a look at it: news say that something
   * changed, a question says what is. Also true when the kernel had more to tell than fits.
   */
  public boolean awaitNews(Duration atMost) throws IOException {
    return awaitNews(atMost, _ -> true);
  }

  /**
   * The same, where only some of the news matter.
   *
   * @param matters gets each message whole
   */
  public boolean awaitNews(Duration atMost, Predicate<byte[]> matters) throws IOException {
    if (!readable(atMost)) {
      return false;
    }
    boolean heard = false;
    while (true) {
      long count = libc.recv(socket, buffer, buffer.length, 0);
      if (count >= 0) {
        heard = heard || matters.test(Arrays.copyOf(buffer, (int) count));
      } else if (LibC.errno() == LibC.ENOBUFS) {
        heard = true;
      } else if (LibC.errno() == LibC.EAGAIN || LibC.errno() == LibC.EINTR) {
        return heard;
      } else {
        throw failed("recv");
      }
    }
  }

  private ByteBuffer receive() throws IOException {
    long count = libc.recv(socket, buffer, buffer.length, 0);
    if (count < 0) {
      if (LibC.errno() == LibC.EINTR || LibC.errno() == LibC.EAGAIN) {
        return message(0);
      }
      throw failed("recv");
    }
    return ByteBuffer.wrap(Arrays.copyOf(buffer, (int) count)).order(ByteOrder.nativeOrder());
  }

  private boolean readable(Duration atMost) throws IOException {
    ByteBuffer descriptor = message(8).putInt(socket).putShort(LibC.POLLIN);
    int millis = Math.clamp(atMost.toMillis(), 0, 60_000);
    int ready = libc.poll(descriptor.rewind(), 1, millis);
    if (ready < 0 && LibC.errno() != LibC.EINTR) {
      throw failed("poll");
    }
    return ready > 0;
  }

  private static IOException failed(String call) {
    return new IOException(call + ": errno " + LibC.errno());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      libc.close(socket);
    }
  }
}
