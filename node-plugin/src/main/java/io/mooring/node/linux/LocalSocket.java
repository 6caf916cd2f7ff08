package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * A stream socket connected to a local daemon by an abstract or a path name, with a deadline on
 * every step. A step that failed or ran out of time leaves the stream in the middle of something:
 * close it. Used by one thread at a time.
 */
public final class LocalSocket implements AutoCloseable {
  /** sizeof(struct sockaddr_un.sun_path). */
  private static final int LONGEST_NAME = 108;

  private static final int FAMILY_BYTES = 2;
  private static final Duration BACKLOG_PAUSE = Duration.ofMillis(20);

  private final LibC libc;
  private final int socket;
  private boolean closed;

  private LocalSocket(LibC libc, int socket) {
    this.libc = libc;
    this.socket = socket;
  }

  /**
   * Loads the native library, which takes up to seconds the first time in a process: at its start,
   * so that no deadline pays for it.
   */
  public static void prepare() {
    LibC.get();
  }

  /** Connects to an abstract name, which lives in the network name space. */
  public static LocalSocket connectAbstract(String name, Deadline deadline) throws IOException {
    // One NUL marks the name as abstract; the address ends with the name's last byte, without NUL.
    return connect(address("\0" + name), deadline);
  }

  /** Connects to a socket in the file system. */
  public static LocalSocket connect(Path path, Deadline deadline) throws IOException {
    return connect(address(path + "\0"), deadline);
  }

  private static byte[] address(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_NAME) {
      throw new IllegalArgumentException("socket name is longer than 108 bytes: " + name);
    }
    return ByteBuffer.allocate(FAMILY_BYTES + bytes.length)
        .order(ByteOrder.nativeOrder())
        .putShort((short) LibC.AF_UNIX)
        .put(bytes)
        .array();
  }

  private static LocalSocket connect(byte[] address, Deadline deadline) throws IOException {
    LibC libc = LibC.get();
    int descriptor =
        libc.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
      throw failed("socket");
    }
    LocalSocket socket = new LocalSocket(libc, descriptor);
    try {
      socket.connectTo(address, deadline);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  private void connectTo(byte[] address, Deadline deadline) throws IOException {
    while (libc.connect(socket, address, address.length) != 0) {
      int errno = LibC.errno();
      // A local connect is done or refused at once; EAGAIN says that the daemon's queue is full.
      if (errno != LibC.EAGAIN && errno != LibC.EINTR) {
        throw new IOException("connect: errno " + errno);
      }
      if (deadline.expired()) {
        throw new SocketTimeoutException("connect: the daemon accepts nobody");
      }
      deadline.ticker().pause(BACKLOG_PAUSE);
    }
  }

  /** Sends all bytes. */
  public void send(byte[] bytes, Deadline deadline) throws IOException {
    byte[] rest = requireNonNull(bytes, "bytes is null");
    while (rest.length > 0) {
      await(LibC.POLLOUT, deadline);
      long sent = libc.send(socket, rest, rest.length, LibC.MSG_NOSIGNAL);
      if (sent < 0 && !isTransient()) {
        throw failed("send");
      }
      if (sent > 0) {
        rest = Arrays.copyOfRange(rest, (int) sent, rest.length);
      }
    }
  }

  /** Receives exactly that many bytes. */
  public byte[] receive(int length, Deadline deadline) throws IOException {
    ByteBuffer received = ByteBuffer.allocate(length);
    byte[] piece = new byte[Math.min(length, 65536)];
    while (received.hasRemaining()) {
      await(LibC.POLLIN, deadline);
      long count = libc.recv(socket, piece, Math.min(piece.length, received.remaining()), 0);
      if (count == 0) {
        throw new EOFException("the daemon has hung up");
      }
      if (count < 0 && !isTransient()) {
        throw failed("recv");
      }
      if (count > 0) {
        received.put(piece, 0, (int) count);
      }
    }
    return received.array();
  }

  private void await(short event, Deadline deadline) throws IOException {
    while (true) {
      ByteBuffer descriptor = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      descriptor.putInt(socket).putShort(event).putShort((short) 0).flip();
      int millis = Math.min(deadline.remainingMillis(), 60_000);
      int ready = libc.poll(descriptor, 1, millis);
      if (ready > 0) {
        return;
      }
      if (ready < 0 && !isTransient()) {
        throw failed("poll");
      }
      if (deadline.expired()) {
        throw new SocketTimeoutException("the daemon does not answer");
      }
    }
  }

  private static boolean isTransient() {
    int errno = LibC.errno();
    return errno == LibC.EAGAIN || errno == LibC.EINTR;
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
