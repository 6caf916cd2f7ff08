package io.mooring.node.multipath;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Something that speaks multipathd's protocol on a real socket, one connection after the other. */
final class FakeDaemon implements AutoCloseable {
  /** An answer that makes the daemon hang up instead. */
  static final String HANG_UP = "\u0000hang up";

  /** An answer that makes the daemon keep silent until the client goes. */
  static final String SILENCE = "\u0000silence";

  private final ServerSocketChannel server;
  private final Function<String, String> answers;
  private final Thread serving;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  FakeDaemon(Path socket, Function<String, String> answers) throws IOException {
    this.answers = answers;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    serving = Thread.ofPlatform().daemon().name("fake-multipathd").start(this::serve);
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel client = server.accept()) {
          answerUnlessGone(client);
        }
      }
    } catch (AsynchronousCloseException e) {
      // The test is over.
      return;
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client whose time is over does not wait for the answer. */
  private void answerUnlessGone(SocketChannel client) {
    try {
      answer(client);
    } catch (IOException e) {
      return;
    }
  }

  private void answer(SocketChannel client) throws IOException {
    ByteBuffer header = read(client, Long.BYTES).order(ByteOrder.nativeOrder());
    ByteBuffer body = read(client, (int) header.getLong());
    String command = StandardCharsets.UTF_8.decode(body.limit(body.limit() - 1)).toString();
    asked.add(command);
    String answer = answers.apply(command);
    if (answer.equals(SILENCE)) {
      client.read(ByteBuffer.allocate(1));
    } else if (!answer.equals(HANG_UP)) {
      send(client, answer.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** In two pieces, as a real one may arrive. */
  private static void send(SocketChannel client, byte[] text) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    client.write(header.putLong(text.length + 1).flip());
    ByteBuffer body = ByteBuffer.allocate(text.length + 1).put(text).put((byte) 0).flip();
    while (body.hasRemaining()) {
      client.write(body);
    }
  }

  private static ByteBuffer read(SocketChannel client, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (client.read(buffer) < 0) {
        throw new EOFException("the client has hung up");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      if (!serving.join(Duration.ofSeconds(10))) {
        throw new IOException("the fake daemon does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the fake daemon ends", e);
    }
  }
}
