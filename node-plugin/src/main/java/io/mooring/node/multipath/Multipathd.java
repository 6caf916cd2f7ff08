package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.LocalSocket;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * Speaks multipathd's protocol: a native 64-bit length and that many bytes of text with a final
 * NUL, in both directions ({@code libmpathcmd/mpath_cmd.c}). Every command has a connection of its
 * own, so that a late answer can never be taken for another command's.
 */
public final class Multipathd {
  /** The name that every version listens on. */
  public static final String ABSTRACT_NAME = "/org/kernel/linux/storage/multipathd";

  /** The name that versions from 0.12 listen on as well. */
  public static final Path PATH_NAME = Path.of("/run/multipathd.socket");

  private static final int LONGEST_COMMAND = 512;
  private static final int LONGEST_REPLY = 32 << 20;
  private static final int COMMANDS_AT_ONCE = 4;

  private final String abstractName;
  private final Path pathName;
  private final Semaphore turns = new Semaphore(COMMANDS_AT_ONCE, true);

  /** A client of those names; the first one of a process takes a moment to make. */
  public Multipathd(String abstractName, Path pathName) {
    this.abstractName = requireNonNull(abstractName, "abstractName is null");
    this.pathName = requireNonNull(pathName, "pathName is null");
    LocalSocket.prepare();
  }

  /**
   * Sends one command and returns the answer's text.
   *
   * @throws Failure UNAVAILABLE when multipathd is not there or hangs up, DEADLINE_EXCEEDED when it
   *     does not answer; what the command should do may then have been done or not
   */
  public String ask(String command, Deadline deadline) {
    byte[] frame = frame(command);
    takeTurn(command, deadline);
    try (LocalSocket socket = connect(deadline)) {
      socket.send(frame, deadline);
      return text(socket.receive(length(socket.receive(Long.BYTES, deadline)), deadline));
    } catch (SocketTimeoutException e) {
      throw new Failure(
          Kind.DEADLINE_EXCEEDED,
          "multipathd has not answered '%s' in time; is multipathd.service hanging?"
              .formatted(command),
          e);
    } catch (IOException e) {
      throw new Failure(
          Kind.UNAVAILABLE,
          "multipathd does not serve its socket (%s); start multipathd.service on this host"
              .formatted(e.getMessage()),
          e);
    } finally {
      turns.release();
    }
  }

  private void takeTurn(String command, Deadline deadline) {
    if (!deadline.grants(turns::tryAcquire)) {
      throw Failure.deadlineExceeded(
          "multipathd is busy with earlier commands, so '%s' was not sent; try again"
              .formatted(command));
    }
  }

  private LocalSocket connect(Deadline deadline) throws IOException {
    return Files.exists(pathName)
        ? LocalSocket.connect(pathName, deadline)
        : LocalSocket.connectAbstract(abstractName, deadline);
  }

  static byte[] frame(String command) {
    byte[] text = command.getBytes(StandardCharsets.UTF_8);
    if (text.length >= LONGEST_COMMAND) {
      throw new IllegalArgumentException("command is too long: " + command);
    }
    return ByteBuffer.allocate(Long.BYTES + text.length + 1)
        .order(ByteOrder.nativeOrder())
        .putLong(text.length + 1)
        .put(text)
        .put((byte) 0)
        .array();
  }

  private static int length(byte[] header) throws IOException {
    long length = ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getLong();
    if (length <= 0 || length >= LONGEST_REPLY) {
      throw new IOException("an answer of " + length + " bytes is announced");
    }
    return (int) length;
  }

  private static String text(byte[] reply) {
    int end = reply[reply.length - 1] == 0 ? reply.length - 1 : reply.length;
    return new String(reply, 0, end, StandardCharsets.UTF_8);
  }
}
