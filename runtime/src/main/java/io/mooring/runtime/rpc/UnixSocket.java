package io.mooring.runtime.rpc;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a listening Unix socket: taken over from a dead server, never from a live one. */
final class UnixSocket {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocket.class);

  /** sun_path holds 108 bytes with the final zero; unix(7). */
  private static final int MAX_PATH_BYTES = 107;

  private final Path path;

  UnixSocket(Path path) {
    this.path = path.toAbsolutePath();
  }

  /** Makes room for a new socket: its directory is there, and no socket is. */
  void claim() {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw Failure.invalidArgument(
          "the socket path %s is longer than the %d bytes that Linux allows; choose a shorter one"
              .formatted(path, MAX_PATH_BYTES));
    }
    try {
      Path parent = path.getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (!attributes().isOther()) {
        throw Failure.failedPrecondition(
            "%s is there and is no socket; move it away".formatted(path));
      }
      if (answers()) {
        throw Failure.failedPrecondition(
            "another process serves %s; stop it first".formatted(path));
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "the socket %s cannot be made: %s; check its directory".formatted(path, e),
          e);
    }
  }

  /** After the bind: nobody but the owner. */
  void restrict() throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  /** What tells this socket from a successor's of the same name. */
  Optional<Object> identity() {
    try {
      return Optional.ofNullable(attributes().fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{} cannot be looked at: {}", path, e.toString());
      return Optional.empty();
    }
  }

  /** Removes the socket unless a successor has replaced it. */
  void remove(Optional<Object> mine) {
    if (mine.isEmpty() || !mine.equals(identity())) {
      return;
    }
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("the socket {} cannot be removed: {}", path, e.toString());
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private BasicFileAttributes attributes() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      LOG.debug("nobody serves {}: {}", path, e.toString());
      return false;
    }
  }
}
