package io.mooring.e2e.lab.guest;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * How to reach the lab's helper in one VM.
 *
 * @param vm the VM's name, for messages
 * @param port on this machine's loopback; QEMU forwards it
 * @param token opens the helper; other users of this machine do not have it
 */
public record GuestAddress(String vm, int port, String token) {
  public GuestAddress {
    requireNonNull(vm, "vm is null");
    requireNonNull(token, "token is null");
  }

  /** Connects and sends the opening line: a verb, the token, the words. */
  Socket open(String verb, String words, Deadline deadline) {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      limit(socket, deadline);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis(deadline));
      String line = verb + " " + token + " " + words + "\n";
      socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
      return socket;
    } catch (IOException e) {
      close(socket, e);
      throw Failure.unavailable(vm + " does not answer on its shell port: " + e.getMessage());
    }
  }

  /** Reads of the socket wait no longer than the deadline. */
  static void limit(Socket socket, Deadline deadline) throws IOException {
    if (deadline.expired()) {
      throw new SocketTimeoutException("the deadline has passed");
    }
    socket.setSoTimeout(millis(deadline));
  }

  private static int millis(Deadline deadline) {
    return Math.max(1, deadline.remainingMillis());
  }

  private static void close(Socket socket, IOException because) {
    try {
      socket.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public String toString() {
    return vm + " at port " + port;
  }
}
