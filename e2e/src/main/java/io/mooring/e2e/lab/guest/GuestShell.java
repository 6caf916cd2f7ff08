package io.mooring.e2e.lab.guest;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs bash scripts in one VM, as root. Calls are independent of each other and may overlap; when a
 * deadline passes, the script and its process group are killed in the VM.
 */
public final class GuestShell {
  private static final Logger LOG = LoggerFactory.getLogger(GuestShell.class);
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

  private final GuestAddress address;

  public GuestShell(GuestAddress address) {
    this.address = requireNonNull(address, "address is null");
  }

  /** Runs a script; any exit code is a result. */
  public GuestResult run(String script, Deadline deadline) {
    return run(script, new byte[0], deadline);
  }

  /** Runs a script within a minute; any exit code is a result. */
  public GuestResult run(String script) {
    return run(script, Deadline.after(USUAL_LIMIT));
  }

  /** Runs a script with something on its standard input; any exit code is a result. */
  public GuestResult run(String script, byte[] input, Deadline deadline) {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    InputStream from = new ByteArrayInputStream(input);
    int exitCode = stream(script, from, input.length, stdout, stderr, deadline);
    return new GuestResult(
        exitCode, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
  }

  /**
   * Runs a script that must succeed, and returns its standard output without the last line break.
   *
   * @throws Failure INTERNAL with the script and what it complained about
   */
  public String check(String script, Deadline deadline) {
    GuestResult result = run(script, deadline);
    if (!result.succeeded()) {
      throw Failure.internal(
          "in %s this ended with exit code %d: %s%n%s%s"
              .formatted(
                  address.vm(), result.exitCode(), script, result.stdout(), result.stderr()));
    }
    return result.text();
  }

  /** As {@link #check(String, Deadline)}, within a minute. */
  public String check(String script) {
    return check(script, Deadline.after(USUAL_LIMIT));
  }

  /** Writes a file in the VM; directories above it are made. */
  public void write(String guestPath, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    InputStream from = new ByteArrayInputStream(bytes);
    receive(guestPath, from, bytes.length, Deadline.after(USUAL_LIMIT));
  }

  /** Copies a file of this machine into the VM; directories above it are made. */
  public void upload(Path file, String guestPath, Deadline deadline) {
    try (InputStream from = Files.newInputStream(file)) {
      receive(guestPath, from, Files.size(file), deadline);
    } catch (IOException e) {
      throw Failure.internal("could not read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Copies a file of the VM to this machine. */
  public void download(String guestPath, Path file, Deadline deadline) {
    try (OutputStream to = Files.newOutputStream(file)) {
      ByteArrayOutputStream complaints = new ByteArrayOutputStream();
      int exitCode =
          stream(
              "cat -- " + quote(guestPath),
              InputStream.nullInputStream(),
              0,
              to,
              complaints,
              deadline);
      if (exitCode != 0) {
        throw Failure.notFound(
            address.vm()
                + " did not give the file: "
                + complaints.toString(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw Failure.internal("could not write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reaches a Unix socket of the VM through a port of this machine, until it is closed. */
  public SocketForward forwardUnixSocket(String guestPath) {
    return SocketForward.open(address, "unix", guestPath);
  }

  /** Reaches a TCP port, as the VM sees it, through a port of this machine. */
  public SocketForward forwardTcp(String host, int port) {
    return SocketForward.open(address, "tcp", host + " " + port);
  }

  /** A word that bash reads as it stands. */
  public static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private void receive(String guestPath, InputStream from, long bytes, Deadline deadline) {
    String path = quote(guestPath);
    String script = "mkdir -p -- \"$(dirname -- " + path + ")\" && cat > " + path;
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int exitCode = stream(script, from, bytes, complaints, complaints, deadline);
    if (exitCode != 0) {
      throw Failure.internal(
          "%s did not take the file %s: %s"
              .formatted(address.vm(), guestPath, complaints.toString(StandardCharsets.UTF_8)));
    }
  }

  /**
   * Runs a script and passes its output on while it comes.
   *
   * @param input read up to {@code inputBytes}
   * @return the exit code; 128 + n for signal n
   */
  public int stream(
      String script,
      InputStream input,
      long inputBytes,
      OutputStream stdout,
      OutputStream stderr,
      Deadline deadline) {
    byte[] code = script.getBytes(StandardCharsets.UTF_8);
    try (Socket socket = address.open("run", code.length + " " + inputBytes, deadline)) {
      OutputStream out = socket.getOutputStream();
      out.write(code);
      // Sent on the side: a script that answers while it still reads would block both ends.
      Thread.ofVirtual().name("input-" + address.vm()).start(() -> feed(input, inputBytes, out));
      return receive(socket, stdout, stderr, deadline);
    } catch (SocketTimeoutException e) {
      throw Failure.deadlineExceeded(
          "in " + address.vm() + " this did not end in time and was killed: " + script);
    } catch (IOException e) {
      throw Failure.unavailable(
          "the connection to %s broke (%s) during: %s"
              .formatted(address.vm(), e.getMessage(), script));
    }
  }

  private void feed(InputStream input, long bytes, OutputStream to) {
    byte[] buffer = new byte[64 * 1024];
    long left = bytes;
    try {
      while (left > 0) {
        int count = input.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException("the input is shorter than announced");
        }
        to.write(buffer, 0, count);
        left -= count;
      }
    } catch (IOException e) {
      // The script may end before it has read everything; its exit code says whether that matters.
      LOG.debug("input for {} not sent: {}", address.vm(), e.toString());
    }
  }

  private static int receive(
      Socket socket, OutputStream stdout, OutputStream stderr, Deadline deadline)
      throws IOException {
    DataInputStream frames = new DataInputStream(socket.getInputStream());
    while (true) {
      GuestAddress.limit(socket, deadline);
      int kind = frames.readUnsignedByte();
      byte[] data = new byte[frames.readInt()];
      frames.readFully(data);
      switch (kind) {
        case 'o' -> stdout.write(data);
        case 'e' -> stderr.write(data);
        case 'x' -> {
          stdout.flush();
          stderr.flush();
          return ByteBuffer.wrap(data).getInt();
        }
        default -> throw new IOException("unknown frame " + kind);
      }
    }
  }
}
