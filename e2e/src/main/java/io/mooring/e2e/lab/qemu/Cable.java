package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One end of a cable between two VMs.
 *
 * @param id QEMU's name of the network card, for {@code set_link}
 * @param socket the Unix socket that stands for the wire
 * @param listens the one end that must be started first
 * @param mac the card's address; the VM derives the interface's name from it
 */
public record Cable(String id, Path socket, boolean listens, String mac) {
  /** The size of {@code sockaddr_un.sun_path}, unix(7), with its final zero. */
  private static final int MAX_SOCKET_PATH = 107;

  public Cable {
    requireNonNull(id, "id is null");
    requireNonNull(socket, "socket is null");
    requireNonNull(mac, "mac is null");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
      throw Failure.failedPrecondition(
          "the socket path " + socket + " is too long; set java.io.tmpdir to a shorter directory");
    }
  }
}
