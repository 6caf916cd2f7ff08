package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The real tree. */
public final class KernelConfigFs implements ConfigFs {
  private final Path root;

  /**
   * Reads and writes there.
   *
   * @param root {@code /sys/kernel/config/target}
   */
  public KernelConfigFs(Path root) {
    this.root = requireNonNull(root, "root is null").toAbsolutePath().normalize();
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(absolute(path), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public List<String> children(String path) {
    try (Stream<Path> entries = Files.list(absolute(path))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw refused("list", path, e);
    }
  }

  @Override
  public void makeDirectory(String path) {
    try {
      Files.createDirectory(absolute(path));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute(path), LinkOption.NOFOLLOW_LINKS)) {
        throw refused("make", path, e);
      }
    } catch (IOException e) {
      throw refused("make", path, e);
    }
  }

  @Override
  public void link(String path, String to) {
    try {
      Files.createSymbolicLink(absolute(path), absolute(to));
    } catch (IOException e) {
      throw refused("link", path, e);
    }
  }

  @Override
  public Optional<String> linkTarget(String path) {
    try {
      // configfs shows its links relative to where they are.
      Path link = absolute(path);
      Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
      return Optional.of(
          target.startsWith(root) ? root.relativize(target).toString() : target.toString());
    } catch (NoSuchFileException | NotLinkException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw refused("read the link", path, e);
    }
  }

  @Override
  public String read(String path) {
    try {
      return Files.readString(absolute(path)).strip();
    } catch (IOException e) {
      throw refused("read", path, e);
    }
  }

  @Override
  public void write(String path, String value) {
    write(path, value, "write \"" + value + "\" to");
  }

  @Override
  public void writeSecret(String path, String value) {
    write(path, value, "write");
  }

  private void write(String path, String value, String action) {
    try {
      // One write call per value, on a file that must exist: an attribute is not created by us.
      Files.write(absolute(path), value.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw refused(action, path, e);
    }
  }

  @Override
  public Path absolute(String path) {
    return root.resolve(path);
  }

  private Failure refused(String action, String path, IOException e) {
    String reason =
        e instanceof FileSystemException refusal && refusal.getReason() != null
            ? refusal.getReason()
            : e.getClass().getSimpleName();
    return Failure.internal(
        "could not %s %s: %s; the kernel log of this host says more"
            .formatted(action, absolute(path), reason),
        e);
  }
}
