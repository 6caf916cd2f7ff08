package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server's way to kubelets, for logs and exec: an HTTP CONNECT proxy on a Unix socket
 * (EgressSelectorConfiguration) that leads into the VM whose address is asked for. So no address of
 * the lab has to exist on this machine.
 */
final class EgressProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EgressProxy.class);
  private static final int HIGHEST_HEAD = 8192;
  private static final Pattern CONNECT =
      Pattern.compile("CONNECT ([0-9.]+):(\\d+) HTTP/1\\.[01]\r\n");

  private final Map<String, VirtualMachine> machines;
  private final Map<String, SocketForward> forwards = new ConcurrentHashMap<>();
  private final ServerSocketChannel server;

  /**
   * Serves from now on.
   *
   * @param socket a short path
   * @param machines by the address that the API server knows
   */
  EgressProxy(Path socket, Map<String, VirtualMachine> machines) throws IOException {
    this.machines = Map.copyOf(machines);
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(requireNonNull(socket, "socket is null")));
    Thread.ofVirtual().name("egress").start(this::serve);
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("egress-call").start(() -> relay(client));
      } catch (IOException e) {
        LOG.debug("the egress proxy ends: {}", e.toString());
      }
    }
  }

  private void relay(SocketChannel client) {
    try (client) {
      Matcher head = CONNECT.matcher(head(client));
      Optional<SocketForward> to =
          head.lookingAt()
              ? forward(head.group(1), Integer.parseInt(head.group(2)))
              : Optional.empty();
      if (to.isEmpty()) {
        client.write(ascii("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
        return;
      }
      try (SocketChannel kubelet = SocketChannel.open(to.get().address())) {
        client.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
        Thread back = Thread.ofVirtual().start(() -> copy(kubelet, client));
        copy(client, kubelet);
        back.join();
      }
    } catch (IOException e) {
      LOG.debug("a connection to a kubelet ended: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<SocketForward> forward(String address, int port) {
    return Optional.ofNullable(machines.get(address))
        .map(machine ->
            forwards.computeIfAbsent(
                address + ":" + port, key -> machine.shell().forwardTcp(address, port)));
  }

  /** The request, up to its empty line. */
  private static String head(SocketChannel client) throws IOException {
    StringBuilder head = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (head.length() < HIGHEST_HEAD && !head.toString().endsWith("\r\n\r\n")) {
      if (client.read(one.clear()) < 0) {
        break;
      }
      head.append((char) one.get(0));
    }
    return head.toString();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(32 * 1024);
    try {
      while (from.read(buffer.clear()) >= 0) {
        writeAll(to, buffer.flip());
      }
      to.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("a connection to a kubelet broke: {}", e.toString());
    }
  }

  private static void writeAll(ByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    forwards.values().forEach(SocketForward::close);
  }
}
