package io.mooring.e2e.sanity;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.lab.guest.GuestResult;
import io.mooring.e2e.lab.guest.GuestShell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Lets csi-sanity, which makes and looks at directories where it runs, do so in the worker: one
 * connection to a loopback port carries a verb and a path, each on a line, and gets the answer.
 */
final class PathServer implements AutoCloseable {
  private final GuestShell shell;
  private final ServerSocket server;

  PathServer(GuestShell shell) {
    this.shell = requireNonNull(shell, "shell is null");
    try {
      this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("path-server").start(this::serve);
  }

  /** A program that sends its argument with this verb. */
  String script(String verb) {
    return """
    #!/bin/bash
    exec 3<> /dev/tcp/127.0.0.1/%d
    printf '%%s\\n%%s\\n' %s "$1" >&3
    cat <&3
    """
        .formatted(server.getLocalPort(), verb);
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept();
          BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
        String verb = requireNonNull(lines.readLine());
        String path = requireNonNull(lines.readLine());
        client.getOutputStream().write(answer(verb, path).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private String answer(String verb, String path) {
    String word = GuestShell.quote(path);
    GuestResult result =
        switch (verb) {
          case "make" -> shell.run("mkdir -p " + word + " && echo " + word);
          case "remove" -> shell.run("rm -rf --one-file-system " + word);
          case "check" ->
              shell.run(
                  "p="
                      + word
                      + "; if [ -d \"$p\" ]; then echo directory; elif [ -f \"$p\" ]; then echo file;"
                      + " elif [ -e \"$p\" ]; then echo other; else echo not_found; fi");
          default -> throw new IllegalArgumentException("unknown verb " + verb);
        };
    return result.stdout();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
