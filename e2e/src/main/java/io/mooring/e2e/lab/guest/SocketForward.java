package io.mooring.e2e.lab.guest;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loopback port of this machine behind which a socket of a VM answers. A connection that the VM
 * refuses is closed at once; what is lost when a VM dies is seen as a closed or silent connection.
 */
public final class SocketForward implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketForward.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  private final GuestAddress guest;
  private final String verb;
  private final String words;
  private final ServerSocket server;

  private SocketForward(GuestAddress guest, String verb, String words, ServerSocket server) {
    this.guest = requireNonNull(guest, "guest is null");
    this.verb = requireNonNull(verb, "verb is null");
    this.words = requireNonNull(words, "words is null");
    this.server = requireNonNull(server, "server is null");
  }

  static SocketForward open(GuestAddress guest, String verb, String words) {
    try {
      ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      SocketForward forward = new SocketForward(guest, verb, words, server);
      Thread.ofVirtual().name("forward-" + guest.vm()).start(forward::accept);
      return forward;
    } catch (IOException e) {
      throw Failure.internal("no free port on the loopback interface: " + e.getMessage(), e);
    }
  }

  /** Where to connect to. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("closing the port for {}: {}", words, e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().name("relay-" + guest.vm()).start(() -> relay(client));
      } catch (IOException e) {
        LOG.debug("the port for {} in {} is closed: {}", words, guest.vm(), e);
      }
    }
  }

  private void relay(Socket client) {
    try (client;
        Socket peer = guest.open(verb, words, Deadline.after(CONNECT_LIMIT))) {
      String answer = line(peer.getInputStream());
      if (!answer.equals("ok")) {
        LOG.debug("{} in {}: {}", words, guest.vm(), answer);
        return;
      }
      peer.setSoTimeout(0);
      client.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> copy(peer, client));
      copy(client, peer);
      back.join();
    } catch (IOException | Failure e) {
      LOG.debug("relay to {} in {}: {}", words, guest.vm(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("{} in {}: {}", words, guest.vm(), e);
      closeBoth(from, to);
    }
  }

  private void closeBoth(Socket one, Socket other) {
    try (one;
        other) {
      LOG.trace("connection to {} ends", words);
    } catch (IOException e) {
      LOG.debug("{} in {}: {}", words, guest.vm(), e);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
